package dev.weft.gateway.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a scrape says, read back from either text format as strictly as a test needs.
 *
 * @param types of metrics, by name
 * @param helps of metrics, by name
 * @param units of metrics, by name; OpenMetrics only
 * @param samples by name and labels, in the order of the labels' names
 */
public record Exposed(
    Map<String, String> types,
    Map<String, String> helps,
    Map<String, String> units,
    Map<Sample, Double> samples) {

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(?:,|$)");

  /** One series at one moment. */
  public record Sample(String name, Map<String, String> labels) {}

  /**
   * @throws AssertionError at a line that is none of the format
   */
  public static Exposed of(String text) {
    var read = new Exposed(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new HashMap<>());
    text.lines().forEach(read::line);
    return read;
  }

  private void line(String line) {
    if (line.equals("# EOF")) {
      return;
    }
    if (line.startsWith("# ")) {
      var parts = line.split(" ", 4);
      var into =
          switch (parts[1]) {
            case "TYPE" -> types;
            case "HELP" -> helps;
            case "UNIT" -> units;
            default -> throw new AssertionError(line);
          };
      if (into.put(parts[2], parts[3]) != null) {
        throw new AssertionError("twice: " + line);
      }
      return;
    }
    var sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError(line);
    }
    var labels = new TreeMap<String, String>();
    var rest = sample.group(2) == null ? "" : sample.group(2);
    var label = LABEL.matcher(rest);
    var end = 0;
    while (label.find() && label.start() == end) {
      labels.put(label.group(1), label.group(2));
      end = label.end();
    }
    if (end != rest.length()) {
      throw new AssertionError("labels: " + line);
    }
    var value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
    if (samples.put(new Sample(sample.group(1), labels), value) != null) {
      throw new AssertionError("twice: " + line);
    }
  }

  /** The values of all series of {@code name} with these labels, name and value in turn, added. */
  public double sum(String name, String... labels) {
    return series(name, labels).mapToDouble(Map.Entry::getValue).sum();
  }

  /** How many series of {@code name} have these labels. */
  public long count(String name, String... labels) {
    return series(name, labels).count();
  }

  private Stream<Map.Entry<Sample, Double>> series(String name, String... labels) {
    return samples.entrySet().stream()
        .filter(each -> each.getKey().name().equals(name))
        .filter(
            each -> {
              for (var i = 0; i < labels.length; i += 2) {
                if (!labels[i + 1].equals(each.getKey().labels().get(labels[i]))) {
                  return false;
                }
              }
              return true;
            });
  }
}
