package dev.weft.app.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.running.Selection;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetChangeTest {

  @TempDir private Path folder = Path.of("");

  @Test
  void theSameReadTwiceIsNoChange() throws IOException {
    var change = SetChange.between(Map.of("a", model("a", 0)), Map.of("a", model("a", 0)));
    assertTrue(change.isNothing());
    assertEquals("", change.sentence());
  }

  @Test
  void whatIsNewStartsWhatIsOtherReplacesAndWhatIsGoneEnds() throws IOException {
    var same = model("same", 0);
    var before = Map.of("same", same, "other", model("other", 0), "gone", model("gone", 0));
    var after = Map.of("same", same, "other", model("other", 1), "new", model("new", 0));
    var change = SetChange.between(before, after);
    assertFalse(change.isNothing());
    assertEquals(List.of("new"), change.start().stream().map(Selection::name).toList());
    assertEquals(List.of("other"), change.replace().stream().map(Selection::name).toList());
    assertEquals(List.of("gone"), change.end());
    assertEquals(List.of("new", "other"), change.load().stream().map(Selection::name).toList());
    assertEquals(List.of("other", "gone"), change.leaving());
    assertEquals("started new; replaced other; ended gone", change.sentence());
  }

  @Test
  void weightsInAFileOfTheirOwnArePartOfABareModel() throws IOException {
    var weights = Files.write(folder.resolve("w.bin"), new byte[16]);
    var file = Files.write(folder.resolve("a.onnx"), TinyModels.externalData("w.bin"));
    var before = Selection.ofModel(file);
    Files.write(weights, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    var change = SetChange.between(Map.of("a", before), Map.of("a", Selection.ofModel(file)));
    assertEquals("replaced a", change.sentence());
  }

  private Selection model(String name, int shift) throws IOException {
    var file = folder.resolve(name + ".onnx");
    return Selection.ofModel(Files.write(file, TinyModels.classifier(4, 2, shift)));
  }
}
