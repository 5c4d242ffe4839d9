using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Pond.Simulation.Reports;

/// <summary>A plot of some series over the rounds, as SVG that stands in a page by itself.</summary>
internal static class SvgPlot
{
    private const int Width = 720;
    private const int Height = 240;
    private const int Left = 70;
    private const int Bottom = 30;
    private const int Top = 12;

    private static readonly ImmutableArray<string> Colours =
        ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f", "#525252", "#b45309"];

    /// <summary>Draws lines.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="series">The series by name; each has a value per round, or null where there is none.</param>
    /// <param name="first">The first round.</param>
    internal static string Lines(string title, IReadOnlyList<(string Name, IReadOnlyList<double?> Values)> series, ulong first)
    {
        var count = series.Count == 0 ? 0 : series.Max(line => line.Values.Count);
        var values = series.SelectMany(line => line.Values).OfType<double>().ToList();
        if (count == 0 || values.Count == 0)
        {
            return "";
        }

        var (low, high) = (Math.Min(0, values.Min()), Math.Max(values.Max(), 1e-9));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{HtmlEncoder.Default.Encode(title)}</figcaption><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlEncoder.Default.Encode(title)}\">");
        for (var tick = 0; tick <= 4; tick++)
        {
            var value = low + ((high - low) * tick / 4);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - 8}\" y1=\"{Y(value):F1}\" y2=\"{Y(value):F1}\"/><text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{value:0.###}</text>");
        }

        foreach (var index in new[] { 0, (count - 1) / 2, count - 1 }.Distinct())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(index):F1}\" y=\"{Height - 8}\" text-anchor=\"middle\">{first + (ulong)index}</text>");
        }

        for (var line = 0; line < series.Count; line++)
        {
            var colour = Colours[line % Colours.Length];
            var points = series[line].Values.Select((value, index) => (value, index)).Where(point => point.value is not null)
                .Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.index):F1},{Y(point.value!.Value):F1}"));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{string.Join(' ', points)}\"/>");
        }

        svg.Append("</svg><p class=\"legend\">");
        for (var line = 0; line < series.Count; line++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<span><i style=\"background:{Colours[line % Colours.Length]}\"></i>{HtmlEncoder.Default.Encode(series[line].Name)}</span> ");
        }

        return svg.Append("</p></figure>").ToString();

        double X(int index) => Left + ((Width - 8 - Left) * (count == 1 ? 0.5 : (double)index / (count - 1)));

        double Y(double value) => Height - Bottom - ((Height - Bottom - Top) * (value - low) / (high - low));
    }
}
