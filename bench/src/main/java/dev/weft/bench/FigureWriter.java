package dev.weft.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weft.bench.chart.SeriesJson;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Prints figures as they come: one JSON object a line, or one row of a table. */
final class FigureWriter {

  private static final String ROW = "%-34s %10s %-6s %-10s %-6s %s%n";
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final PrintStream out;
  private final boolean json;
  private final String machine;
  private boolean begun;

  /**
   * @param machine conditions that all figures share; in a table they are stated once
   */
  FigureWriter(PrintStream out, boolean json, String machine) {
    this.out = out;
    this.json = json;
    this.machine = machine;
  }

  void write(Figure figure) {
    if (json) {
      out.println(object(figure));
    } else {
      writeRow(figure);
    }
    out.flush();
  }

  private void writeRow(Figure figure) {
    if (!begun) {
      begun = true;
      out.printf("%s: %s%n%n", figure.bench(), machine);
      out.printf(ROW, "case", "value", "unit", "goal", "met", "against");
    }
    out.printf(
        ROW,
        figure.name(),
        Numbers.plain(figure.value()),
        figure.unit(),
        figure.goal().map(Goal::toString).orElse("-"),
        figure.met().map(met -> met ? "yes" : "NO").orElse("-"),
        figure.baseline().map(other -> other + "; ").orElse("") + figure.conditions());
  }

  private String object(Figure figure) {
    var text = new StringWriter();
    try (var object = JSON.createGenerator(text)) {
      object.writeStartObject();
      object.writeStringField("bench", figure.bench());
      object.writeStringField("case", figure.name());
      object.writeFieldName("value");
      object.writeNumber(Numbers.plain(figure.value()));
      object.writeStringField("unit", figure.unit());
      writeText(object, "baseline", figure.baseline());
      writeText(object, "goal", figure.goal().map(Goal::toString));
      if (figure.met().isPresent()) {
        object.writeBooleanField("met", figure.met().get());
      } else {
        object.writeNullField("met");
      }
      object.writeStringField("conditions", figure.conditions() + "; " + machine);
      if (!figure.series().isEmpty()) {
        object.writeArrayFieldStart("series");
        for (var series : figure.series()) {
          SeriesJson.write(object, series, machine);
        }
        object.writeEndArray();
      }
      object.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void writeText(JsonGenerator object, String name, Optional<String> text)
      throws IOException {
    if (text.isPresent()) {
      object.writeStringField(name, text.get());
    } else {
      object.writeNullField(name);
    }
  }
}
