package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A minute of the soak; {@code ./weft bench soak} takes ten. */
class SoakTest {

  @Test
  void aMinuteOfOverloadWithFaultsLosesNothingAndKeepsNothing() {
    var figures = new HashMap<String, Figure>();

    new SoakBench()
        .run(
            new BenchOptions(true, Path.of("."), List.of("60s")),
            figure -> figures.put(figure.name(), figure));

    for (var name : List.of("unanswered", "leased-tensors", "heap-growth", "threads-growth")) {
      var figure = figures.get(name);
      assertTrue(figure != null && figure.met().orElse(false), name + ": " + figure);
    }
    assertEquals(6, figures.size());
  }
}
