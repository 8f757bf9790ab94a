package dev.weft.supervisor.evidence;

import dev.weft.supervisor.evidence.GatePlot.Look;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A rollout's evidence as one page that needs nothing else: what changed and how it ended, the
 * gates over time with their limits, the last figures, what was decided and when, the frames that
 * differed most, what ran it on which machine, and the manifest.
 */
public final class EvidencePage {

  private static final String STYLE =
      """
      :root{--ink:#1c2430;--soft:#5b6675;--paper:#fff;--card:#f5f7fa;--edge:#d9dfe7;--line:#2563c9;
      --band:#2563c933;--limit:#c2410c;--good:#15803d;--bad:#b91c1c}
      @media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--paper:#12161c;
      --card:#1b212a;--edge:#303947;--line:#7aa7f7;--band:#7aa7f733;--limit:#f59e6b;--good:#6ee7a0;
      --bad:#fca5a5}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
      max-width:1180px;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .6rem}
      .soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
      .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:1rem}
      figure{margin:0;background:var(--card);border:1px solid var(--edge);border-radius:8px;
      padding:.6rem .8rem}figcaption{font-weight:600;font-size:.9rem}
      svg{width:100%;height:auto}svg text{font:11px system-ui;fill:var(--soft)}
      .band{fill:var(--band)}.line{fill:none;stroke:var(--line);stroke-width:1.6}
      .limit{stroke:var(--limit);stroke-dasharray:5 4}.step{stroke:var(--edge)}
      table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;
      border-bottom:1px solid var(--edge);vertical-align:top}td.num{text-align:right;
      font-variant-numeric:tabular-nums}.wide{overflow-x:auto}
      pre{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.8rem;
      overflow-x:auto}
      """;

  private final List<Entry> entries;
  private final List<String> flaws;

  /**
   * @param entries of one rollout, from the first on
   */
  public EvidencePage(List<Entry> entries) {
    this(entries, List.of());
  }

  private EvidencePage(List<Entry> entries, List<String> flaws) {
    this.entries = List.copyOf(entries);
    this.flaws = List.copyOf(flaws);
    if (entries.isEmpty()) {
      throw new EvidenceException("no evidence (expected: at least what began)");
    }
  }

  /**
   * A page of all files of one rollout, as far as each holds; what does not is told at its top.
   *
   * @param chains by file, in order
   */
  static EvidencePage of(SequencedMap<String, Chain> chains) {
    var entries = new ArrayList<Entry>();
    var flaws = new ArrayList<String>();
    chains.forEach(
        (file, chain) -> {
          entries.addAll(chain.entries());
          chain.flaw().ifPresent(flaw -> flaws.add("%s: %s".formatted(file, flaw)));
        });
    return new EvidencePage(entries, flaws);
  }

  public String html() {
    var page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    page.append("<title>").append(Html.escaped(title())).append("</title>");
    page.append("<style>").append(STYLE).append("</style></head><body>");
    head(page);
    plots(page);
    figures(page);
    frames(page);
    history(page);
    worst(page);
    subject(page);
    manifest(page);
    return page.append("</body></html>\n").toString();
  }

  private String title() {
    var start = start();
    return "Rollout %s of stage %s: %s to %s"
        .formatted(
            start.text("number"),
            start.text("stage"),
            start.text("stable"),
            start.text("candidate"));
  }

  private void head(StringBuilder page) {
    page.append("<h1>").append(Html.escaped(title())).append("</h1>");
    page.append("<p>").append(new Ending(entries).html().orElse("Under way.")).append("</p>");
    for (var flaw : flaws) {
      page.append("<p class=\"bad\">Not as it was written, and left out from there on: ");
      page.append(Html.escaped(flaw)).append("</p>");
    }
    page.append("<p class=\"soft\">Began ");
    page.append(entries.getFirst().at()).append(", took ").append(took(entries.getLast()));
    page.append(". Candidate digest ").append(Html.escaped(start().text("candidateDigest")));
    page.append(". ").append(entries.size()).append(" chained entries, the last ");
    page.append("<code>").append(entries.getLast().hash()).append("</code></p>");
  }

  private void plots(StringBuilder page) {
    var looks = new LinkedHashMap<String, List<Look>>();
    var limits = new LinkedHashMap<String, Double>();
    for (var entry : entries) {
      if (entry.kind().equals("stands") || entry.kind().equals("step-judged")) {
        for (var gate : body(entry).objects("gates")) {
          var name = "%s: %s".formatted(gate.text("kpi"), gate.text("metric"));
          limits.put(name, gate.number("limit"));
          looks
              .computeIfAbsent(name, _ -> new ArrayList<>())
              .add(
                  new Look(
                      seconds(entry),
                      body(entry).text("step"),
                      gate.number("estimate"),
                      gate.number("lower"),
                      gate.number("upper")));
        }
      }
    }
    page.append("<h2>Gates</h2><p class=\"soft\">The band holds the true value at every moment");
    page.append(" with the stated confidence; the limit is dashed.</p><div class=\"plots\">");
    for (var each : looks.entrySet()) {
      page.append("<figure><figcaption>").append(Html.escaped(each.getKey()));
      page.append("</figcaption>");
      page.append(new GatePlot(each.getValue(), limits.getOrDefault(each.getKey(), 1.0)).svg());
      page.append("</figure>");
    }
    page.append("</div>");
  }

  private void figures(StringBuilder page) {
    page.append("<h2>Verdicts</h2><div class=\"wide\"><table><tr><th>step<th>gate<th>estimate");
    page.append("<th>interval<th>limit<th>samples<th>verdict</tr>");
    for (var entry : entries) {
      if (entry.kind().equals("step-judged") || entry.kind().equals("completed")) {
        var step = entry.kind().equals("completed") ? "watch" : body(entry).text("step");
        for (var gate : body(entry).objects("gates")) {
          row(
              page,
              step,
              "%s: %s".formatted(gate.text("kpi"), gate.text("metric")),
              figure(gate.number("estimate")),
              interval(gate.number("lower"), gate.number("upper")),
              figure(gate.number("limit")),
              gate.text("samples"),
              gate.text("verdict"));
        }
      }
    }
    page.append("</table></div>");
  }

  private static String interval(double lower, double upper) {
    var isUnknown = Double.isNaN(lower) && Double.isNaN(upper);
    return isUnknown ? "" : "%s to %s".formatted(bound(lower), bound(upper));
  }

  private static String bound(double value) {
    return Double.isFinite(value) ? figure(value) : "any";
  }

  private void frames(StringBuilder page) {
    page.append(
        "<h2>Frames</h2><div class=\"wide\"><table><tr><th>step<th>attempt<th>by the stable");
    page.append("<th>by the candidate<th>run by both<th>passed over<th>replayed from a trace</tr>");
    var notes = new LinkedHashSet<String>();
    for (var entry : entries) {
      if (entry.kind().equals("step-judged")) {
        var body = body(entry);
        var frames = body.object("frames");
        row(
            page,
            body.text("step"),
            body.text("attempt"),
            frames.text("stable"),
            frames.text("candidate"),
            frames.text("compared"),
            frames.text("missed"),
            frames.text("replayed"));
        body.texts("notes").forEach(note -> notes.add(body.text("step") + ": " + note));
      }
    }
    page.append("</table></div><ul>");
    notes.forEach(note -> page.append("<li>").append(Html.escaped(note)));
    page.append("</ul>");
  }

  private void history(StringBuilder page) {
    page.append("<h2>What happened</h2><table><tr><th>after<th>what<th>why</tr>");
    for (var entry : entries) {
      if (!entry.kind().equals("stands")) {
        var body = body(entry);
        var what = entry.kind().replace('-', ' ') + " " + body.text("step");
        var why = body.text("why") + body.text("acceptedRisk") + missing(body);
        row(page, took(entry), what, why);
      }
    }
    page.append("</table>");
  }

  private static String missing(Fields body) {
    var missing = body.text(Entry.MISSING);
    return missing.isEmpty() ? "" : missing + " entries could not be kept";
  }

  private void worst(StringBuilder page) {
    var last =
        entries.reversed().stream()
            .filter(entry -> !body(entry).texts("worst").isEmpty())
            .findFirst();
    if (last.isPresent()) {
      page.append("<h2>Frames that differ most</h2><p class=\"soft\">session/epoch/number, as");
      page.append(" <code>weft trace show</code> finds them</p><ul>");
      body(last.get())
          .texts("worst")
          .forEach(
              frame -> page.append("<li><code>").append(Html.escaped(frame)).append("</code>"));
      page.append("</ul>");
    }
  }

  private void subject(StringBuilder page) {
    var start = start();
    var here = start.object("environment");
    page.append("<h2>What ran</h2><table><tr><th>variant<th>precision<th>model<th>SHA-256</tr>");
    for (var variant : start.objects("variants")) {
      row(
          page,
          variant.text("name"),
          variant.text("precision"),
          variant.text("file"),
          variant.text("sha256"));
    }
    page.append("</table><p class=\"soft\">on ONNX Runtime ");
    page.append(Html.escaped(here.text("onnxRuntime"))).append(", ");
    page.append(Html.escaped(here.text("virtualMachine"))).append("; processor ");
    page.append(Html.escaped(String.join(", ", here.texts("cpu")))).append("</p>");
  }

  private void manifest(StringBuilder page) {
    if (!start().text("manifest").isBlank()) {
      page.append("<h2>As it was declared</h2><pre>");
      page.append(Html.escaped(start().text("manifest"))).append("</pre>");
    }
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("<tr>");
    for (var cell : cells) {
      page.append("<td>").append(Html.escaped(cell)).append("</td>");
    }
    page.append("</tr>");
  }

  private Fields start() {
    return entries.stream()
        .filter(entry -> entry.kind().equals(Bodies.STARTED) || isContinued(entry))
        .findFirst()
        .map(EvidencePage::body)
        .orElse(new Fields(Map.of()));
  }

  private static boolean isContinued(Entry entry) {
    return entry.kind().equals(Entry.CONTINUES);
  }

  private static Fields body(Entry entry) {
    return new Fields(entry.body());
  }

  private double seconds(Entry entry) {
    return Duration.between(entries.getFirst().at(), entry.at()).toMillis() / 1000.0;
  }

  private String took(Entry entry) {
    return String.format(Locale.ROOT, "%.1f s", seconds(entry));
  }

  private static String figure(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4g", value);
  }
}
