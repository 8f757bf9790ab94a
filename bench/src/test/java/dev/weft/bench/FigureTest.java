package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FigureTest {

  private static final Figure PLAIN = Figure.of("tax", "vad/cpu", 1.04, "ratio", "9 rounds");

  @Test
  void aFigureWithAGoalIsOneJsonObject() {
    var figure = PLAIN.against("raw loop: 12 us").withGoal(Goal.atMost(1.05));
    assertEquals(
        "{\"bench\":\"tax\",\"case\":\"vad/cpu\",\"value\":1.04,\"unit\":\"ratio\","
            + "\"baseline\":\"raw loop: 12 us\",\"goal\":\"<= 1.05\",\"met\":true,"
            + "\"conditions\":\"9 rounds; a machine\"}\n",
        printed(figure, true));
  }

  @Test
  void whatAFigureLacksIsNull() {
    assertTrue(printed(PLAIN, true).contains("\"baseline\":null,\"goal\":null,\"met\":null"));
  }

  @Test
  void aTableStatesTheMachineOnceAndMarksAMissedGoal() {
    var bytes = new ByteArrayOutputStream();
    var writer = new FigureWriter(stream(bytes), false, "a machine");
    writer.write(PLAIN.withGoal(Goal.atMost(1.03)));
    writer.write(PLAIN);
    var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(1, lines.stream().filter(line -> line.contains("a machine")).count());
    assertTrue(lines.get(3).matches("vad/cpu +1\\.04 ratio +<= 1\\.03 +NO +9 rounds"));
    assertTrue(lines.get(4).matches("vad/cpu +1\\.04 ratio +- +- +9 rounds"));
  }

  @Test
  void aGoalIsMetAtItsBound() {
    assertEquals(Optional.of(true), PLAIN.withGoal(Goal.atMost(1.04)).met());
    assertEquals(Optional.of(false), PLAIN.withGoal(Goal.atLeast(1.05)).met());
    assertEquals(Optional.empty(), PLAIN.met());
  }

  @Test
  void refusesWhatIsNoNumber() {
    for (var value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> Figure.of("tax", "vad/cpu", value, "us", ""));
    }
  }

  @Test
  void numbersHaveFourDigitsAndNoExponent() {
    assertEquals("1.234", Numbers.plain(1.23449));
    assertEquals("12350000", Numbers.plain(12_345_678));
    assertEquals("0.00001", Numbers.plain(0.00001));
    assertEquals("100", Numbers.plain(100.0));
    assertEquals("0", Numbers.plain(0));
  }

  private static String printed(Figure figure, boolean json) {
    var bytes = new ByteArrayOutputStream();
    new FigureWriter(stream(bytes), json, "a machine").write(figure);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
