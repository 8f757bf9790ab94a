package dev.weft.stages.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CtcDecodeStageTest {

  private static final int CLASSES = 4;

  private final StageRun run = new StageRun();

  @TempDir Path folder = Path.of("");

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  /** Classes: blank, a, ß, space. */
  private Stage stage() throws IOException {
    var file = Files.writeString(folder.resolve("symbols.txt"), "a\nß\n");
    return StageRun.stage(new CtcDecodeFactory(), Map.of(), Map.of("dictionary", file));
  }

  /** One line, at each step the given class with the given probability. */
  private static float[] steps(float probability, int... classes) {
    var logits = new float[classes.length * CLASSES];
    Arrays.fill(logits, (1 - probability) / 3);
    for (var t = 0; t < classes.length; t++) {
      logits[t * CLASSES + classes[t]] = probability;
    }
    return logits;
  }

  private String read(float... logits) throws IOException {
    var tensor = run.floats(Shape.of(1, logits.length / CLASSES, CLASSES), logits);
    return run.run(stage(), tensor).getFirst().toStrings().getFirst();
  }

  @Test
  void mergesRepeatsAndDropsBlanks() throws IOException {
    assertEquals("a", read(steps(0.9f, 0, 1, 1, 1, 0)));
    assertEquals("aa", read(steps(0.9f, 1, 0, 1)));
    assertEquals("aß a", read(steps(0.9f, 1, 1, 2, 3, 3, 0, 1)));
    assertEquals("", read(steps(0.9f, 0, 0, 0)));
    assertEquals("", read());
  }

  @Test
  void meansTheProbabilitiesOfTheSymbolsKept() throws IOException {
    var logits = steps(0.9f, 0, 1, 1, 2);
    logits[1 * CLASSES + 1] = 0.8f;
    logits[2 * CLASSES + 1] = 0.5f;
    logits[3 * CLASSES + 2] = 0.6f;
    var confidence = run.run(stage(), run.floats(Shape.of(1, 4, CLASSES), logits)).get(1);
    assertArrayEquals(new float[] {0.7f}, confidence.toFloats(), 1e-6f);
  }

  @Test
  void readsEachLineByItself() throws IOException {
    var logits = Arrays.copyOf(steps(0.9f, 1, 0), 4 * CLASSES);
    System.arraycopy(steps(0.9f, 2, 2), 0, logits, 2 * CLASSES, 2 * CLASSES);
    var outputs = run.run(stage(), run.floats(Shape.of(2, 2, CLASSES), logits));
    assertEquals(List.of("a", "ß"), outputs.getFirst().toStrings());
    assertArrayEquals(new float[] {0.9f, 0.9f}, outputs.get(1).toFloats(), 1e-6f);
  }

  @Test
  void readsNothingFromNanAndGivesZeroConfidence() throws IOException {
    var logits = new float[2 * CLASSES];
    Arrays.fill(logits, Float.NaN);
    var outputs = run.run(stage(), run.floats(Shape.of(1, 2, CLASSES), logits));
    assertEquals(List.of(""), outputs.getFirst().toStrings());
    assertArrayEquals(new float[] {0}, outputs.get(1).toFloats(), 0);
  }

  @Test
  void takesNoLines() throws IOException {
    var outputs = run.run(stage(), run.floats(Shape.of(0, 40, CLASSES)));
    assertEquals(Shape.of(0), outputs.getFirst().shape());
    assertEquals(Shape.of(0), outputs.get(1).shape());
  }

  @Test
  void refusesLogitsOfAnotherDictionary() throws IOException {
    var stage = stage();
    var logits = run.floats(Shape.of(1, 1, 5), 0, 0, 0, 0, 1);
    var e = assertThrows(StageException.class, () -> stage.run(run, List.of(logits)));
    assertEquals(ErrorCode.INVALID_INPUT, e.code());
    assertEquals(
        "logits: 5 classes (expected: 4: blank and the symbols of the dictionary)", e.getMessage());
  }

  @Test
  void refusesADictionaryThatIsMissingOrNotUtf8() throws IOException {
    var factory = new CtcDecodeFactory();
    var none = assertThrows(StageException.class, () -> StageRun.stage(factory, Map.of()));
    assertEquals(ErrorCode.INVALID_MANIFEST, none.code());
    var gone = Map.of("dictionary", folder.resolve("gone"));
    var missing = assertThrows(StageException.class, () -> StageRun.stage(factory, Map.of(), gone));
    assertEquals(ErrorCode.IO_FAILED, missing.code());
    var latin = Files.write(folder.resolve("latin1"), new byte[] {(byte) 0xe4, '\n'});
    var bad =
        assertThrows(
            StageException.class,
            () -> StageRun.stage(factory, Map.of(), Map.of("dictionary", latin)));
    assertEquals(ErrorCode.BAD_ARTIFACT, bad.code());
    assertTrue(String.valueOf(bad.getMessage()).contains("UTF-8"));
  }
}
