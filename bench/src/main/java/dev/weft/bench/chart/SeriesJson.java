package dev.weft.bench.chart;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Chart.Kind;
import dev.weft.bench.chart.Chart.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Series as JSON, self-contained: each repeats what its chart shows. */
public final class SeriesJson {

  private static final double ROUNDING = 1e4;

  private SeriesJson() {}

  /**
   * Writes one object; its points are {@code [x, y]} or {@code [x, y, label]}.
   *
   * @param machine conditions that all series of the run share
   */
  public static void write(JsonGenerator json, Series series, String machine) throws IOException {
    var chart = series.chart();
    json.writeStartObject();
    json.writeStringField("chart", chart.name());
    json.writeStringField("title", chart.title());
    json.writeStringField("kind", word(chart.kind()));
    write(json, "x", chart.x());
    write(json, "y", chart.y());
    json.writeStringField("name", series.name());
    json.writeStringField("conditions", series.conditions() + "; " + machine);
    json.writeArrayFieldStart("points");
    for (var point : series.points()) {
      json.writeStartArray();
      json.writeNumber(rounded(point.x()));
      json.writeNumber(rounded(point.y()));
      if (!point.label().isEmpty()) {
        json.writeString(point.label());
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * @throws IllegalArgumentException if the object is no series
   */
  static Series read(Map<?, ?> json) {
    var chart =
        new Chart(
            field(json, "chart", String.class),
            field(json, "title", String.class),
            Kind.valueOf(field(json, "kind", String.class).toUpperCase(Locale.ROOT)),
            axis(field(json, "x", Map.class)),
            axis(field(json, "y", Map.class)));
    var points = new ArrayList<Series.Point>();
    for (var point : field(json, "points", List.class)) {
      points.add(point(point));
    }
    return new Series(
        chart, field(json, "name", String.class), field(json, "conditions", String.class), points);
  }

  private static void write(JsonGenerator json, String name, Axis axis) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("title", axis.title());
    json.writeStringField("scale", word(axis.scale()));
    json.writeEndObject();
  }

  private static Axis axis(Map<?, ?> json) {
    return new Axis(
        field(json, "title", String.class),
        Scale.valueOf(field(json, "scale", String.class).toUpperCase(Locale.ROOT)));
  }

  private static Series.Point point(@Nullable Object json) {
    if (json instanceof List<?> all
        && all.size() >= 2
        && all.get(0) instanceof Number x
        && all.get(1) instanceof Number y) {
      var label = all.size() > 2 ? String.valueOf(all.get(2)) : "";
      return new Series.Point(x.doubleValue(), y.doubleValue(), label);
    }
    throw new IllegalArgumentException("point: %s (expected: [x, y])".formatted(json));
  }

  private static <T> T field(Map<?, ?> json, String name, Class<T> type) {
    var value = json.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "series.%s: %s (expected: a %s)".formatted(name, value, type.getSimpleName()));
    }
    return type.cast(value);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Points are looked at, not computed with. */
  private static double rounded(double value) {
    return Math.abs(value) < 1e9 ? Math.round(value * ROUNDING) / ROUNDING : value;
  }
}
