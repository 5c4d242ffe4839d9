// Helia calls it, and Node has it from version 22 on only.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((onResolve, onReject) => { resolve = onResolve; reject = onReject })
  return { promise, resolve, reject }
}
