// Puts the modules of src into the one file that nodes run. A task with npm packages would use a bundler such as webpack here.
const fs = require('node:fs');
const path = require('node:path');

const source = path.join(__dirname, 'src');
const modules = fs.readdirSync(source).filter((name) => name.endsWith('.js')).sort();
const body = modules
  .map((name) => `${JSON.stringify('./' + path.basename(name, '.js'))}: (module, exports, require) => {\n${fs.readFileSync(path.join(source, name), 'utf8')}\n}`)
  .join(',\n');
fs.mkdirSync(path.join(__dirname, 'dist'), { recursive: true });
fs.writeFileSync(
  path.join(__dirname, 'dist', 'main.js'),
  `'use strict';
const modules = {\n${body}\n};
const loaded = {};
const load = (name) => {
  if (!modules[name]) return require(name);
  if (!loaded[name]) {
    loaded[name] = { exports: {} };
    modules[name](loaded[name], loaded[name].exports, load);
  }
  return loaded[name].exports;
};
load('./index');
`,
);
