package dev.weft.fabric.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.stages.spi.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequencePropertyTest {

  private final SequenceBed bed = new SequenceBed(SequenceBed.ROOMY);

  /** Names every leaked tensor. */
  @AfterEach
  void everyTensorIsBack() {
    bed.close();
  }

  private record Sent(SequenceStep step, float x, CompletableFuture<Answer> coming) {}

  /** Whatever runs when, fails or is given up: each answer is that of its sequence alone. */
  @Test
  void anyInterleavingIsTheSequentialComputation() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var states = new HashMap<String, Float>();
    for (var round = 0; round < 500; round++) {
      var lines = new TreeMap<String, List<Sent>>();
      for (var i = 0; i < 8; i++) {
        var id = List.of("a", "b", "c").get(random.nextInt(3));
        var step = new SequenceStep(id, random.nextInt(5) == 0, random.nextInt(5) == 0);
        var line = lines.computeIfAbsent(id, _ -> new ArrayList<>());
        line.add(new Sent(step, i, bed.submit(step, i)));
        if (random.nextInt(6) == 0) {
          line.get(random.nextInt(line.size())).coming().cancel(true);
        }
      }
      while (bed.waiting() > 0) {
        var index = random.nextInt(bed.waiting());
        if (random.nextInt(6) == 0) {
          bed.fail(index);
        } else {
          bed.run(index);
        }
      }
      lines.values().forEach(line -> line.forEach(sent -> follow(states, sent, "seed " + seed)));
    }
  }

  /** One step of the sequential computation, and what it must have been answered with. */
  private static void follow(HashMap<String, Float> states, Sent sent, String seed) {
    var step = sent.step();
    if (step.starts()) {
      states.remove(step.id());
    }
    var before = step.starts() ? Float.valueOf(0) : states.get(step.id());
    if (sent.coming().isCancelled()) {
      return;
    }
    switch (sent.coming().join()) {
      case Answer.Completed completed -> {
        assertTrue(before != null, seed);
        var expected = (before == null ? 0 : before) / 2 + sent.x();
        assertEquals(expected, completed.output("y").toFloats()[0], seed);
        completed.close();
        if (step.ends()) {
          states.remove(step.id());
        } else {
          states.put(step.id(), expected);
        }
      }
      case Answer.Failed(var code, _, _) ->
          assertTrue(
              code == ErrorCode.INVALID_INPUT
                  ? before == null
                  : code == ErrorCode.STAGE_FAILED || code == ErrorCode.OVERLOADED,
              seed + " " + code);
      case Answer.Dropped dropped -> throw new AssertionError(seed + " " + dropped);
    }
  }
}
