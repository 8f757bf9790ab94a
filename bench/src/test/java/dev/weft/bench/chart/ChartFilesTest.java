package dev.weft.bench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.weft.bench.chart.Chart.Axis;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ChartFilesTest {

  private static final Chart LINES =
      new Chart(
          "a-curve", "A & B < C", Chart.Kind.LINES, Axis.log("load, 1/s"), Axis.log("p99, ms"));
  private static final Chart BARS =
      new Chart(
          "shares", "Shares", Chart.Kind.BARS, Axis.linear("tenant"), Axis.linear("share, %"));

  @TempDir private Path folder;

  @Test
  void seriesOfOneChartAreDrawnTogetherWithTheirConditions() throws Exception {
    var weft = Series.of(LINES, "Weft", "quiet machine").add(1, 10).add(10, 20).build();
    var fifo = Series.of(LINES, "FIFO", "ignored").add(1, 10).add(0, 20).add(10, 900).build();
    var files = ChartFiles.draw(List.of(figure(weft), "", figure(fifo)), folder.resolve("new"));

    assertEquals(List.of(folder.resolve("new").resolve("a-curve.svg")), files);
    var svg = parsed(files.getFirst());
    assertEquals(2, svg.getElementsByTagName("path").getLength() - 1, "axes and two lines");
    var text = svg.getDocumentElement().getTextContent();
    for (var wanted :
        List.of("A & B < C", "quiet machine; a machine", "load, 1/s", "p99, ms", "Weft", "FIFO")) {
      assertTrue(text.contains(wanted), wanted);
    }
    assertEquals(
        2 + 1, svg.getElementsByTagName("circle").getLength(), "Weft's marks and the legend's");
  }

  @Test
  void barsStandUnderTheirLabels() throws Exception {
    var one = Series.of(BARS, "Weft", "").add("small", 99).add("large", 91).build();
    var other = Series.of(BARS, "FIFO", "").add("small", 10).add("large", 0).build();
    var svg = parsed(ChartFiles.draw(List.of(figure(one), figure(other)), folder).getFirst());

    assertEquals(1 + 4 + 2, svg.getElementsByTagName("rect").getLength());
    var text = svg.getDocumentElement().getTextContent();
    assertTrue(text.contains("small") && text.contains("large"), text);
  }

  @Test
  void aSeriesWithoutPointsIsDrawnEmpty() throws Exception {
    var svg =
        parsed(
            ChartFiles.draw(List.of(figure(Series.of(LINES, "a", "").build())), folder).getFirst());

    assertEquals(0, svg.getElementsByTagName("circle").getLength() - 1);
  }

  @Test
  void figuresWithoutSeriesGiveNoFile() throws IOException {
    assertEquals(List.of(), ChartFiles.draw(List.of("{\"bench\":\"tax\",\"met\":null}"), folder));
  }

  @Test
  void whatNoBenchWroteIsRefusedWithItsLine() {
    assertEquals("line 2: line: '[1]' (expected: one JSON object)", refusal("{}", "[1]"));
    assertEquals(
        "line 1: series.chart: null (expected: a String)", refusal("{\"series\":[{\"x\":1}]}"));
  }

  @Test
  void namesOfFilesAreHarmless() {
    var problem =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Chart("../x", "", Chart.Kind.LINES, Axis.linear(""), Axis.linear("")));
    assertEquals("name: '../x' (expected: lower case words joined by -)", problem.getMessage());
  }

  private String refusal(String... lines) {
    var problem =
        assertThrows(IllegalArgumentException.class, () -> ChartFiles.draw(List.of(lines), folder));
    return String.valueOf(problem.getMessage());
  }

  private static String figure(Series series) throws IOException {
    var text = new StringWriter();
    try (var json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("bench", "test");
      json.writeArrayFieldStart("series");
      SeriesJson.write(json, series, "a machine");
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static Document parsed(Path file) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    try (var content = Files.newInputStream(file)) {
      return builder.parse(content);
    }
  }
}
