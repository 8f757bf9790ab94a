package dev.weft.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, UTF_8);

  @Test
  void writesAnObjectOnOneLine() {
    var object = new LinkedHashMap<String, Object>();
    object.put("text", "a \"b\"\n");
    object.put("none", Optional.empty());
    object.put("numbers", List.of(1, 2.5, Double.NaN, true));

    assertEquals(
        "{\"text\":\"a \\\"b\\\"\\n\",\"none\":null,\"numbers\":[1,2.5,\"NaN\",true]}",
        Json.write(object));
  }

  @Test
  void readsWhatItWrites() {
    Map<String, Object> object = Map.of("a", List.of(1L, 2.5, "x"), "b", Map.of("c", true));

    assertEquals(object, Json.readObject(Json.write(object)));
  }

  @Test
  void refusesWhatIsNoSingleObject() {
    for (var text : List.of("", "[]", "{} {}", "{\"a\":1,\"a\":2}", "{", "[".repeat(100))) {
      var problem = assertThrows(IllegalArgumentException.class, () -> Json.readObject(text), text);
      assertTrue(String.valueOf(problem.getMessage()).startsWith("JSON: "), problem.getMessage());
    }
  }

  @Test
  void setsNumbersToTheRightAndWordsToTheLeft() {
    var lines =
        Table.lines(List.of("step", "ms"), List.of(List.of("detect", "1.5"), List.of("a", "12.5")));

    assertEquals(List.of("step      ms", "detect   1.5", "a       12.5"), lines);
  }

  @Test
  void drawsABarOverItselfOnATerminalOnly() {
    var nanos = new AtomicLong();
    try (var progress = new Progress(stream, true, nanos::get)) {
      progress.bar(0.5, "model.onnx");
      progress.bar(0.6, "too soon to be drawn");
      nanos.set(200_000_000);
      progress.bar(1, "model.onnx");
      progress.line("done");
    }
    try (var progress = new Progress(stream, false, nanos::get)) {
      progress.bar(0.5, "unseen");
      progress.line("plain");
    }

    var parts = List.of(bytes.toString(UTF_8).split("[\r\n]", -1));
    assertEquals(
        List.of(
            "[##########..........] model.onnx",
            "[####################] model.onnx",
            "done",
            "plain"),
        parts.stream().map(String::strip).filter(part -> !part.isEmpty()).toList());
  }
}
