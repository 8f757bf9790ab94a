package dev.weft.app.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.failure.WrongUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {

  @TempDir private Path folder;

  @Test
  void readsOneLabelPerFrameAndTheRestOfTheLineAsIts() throws IOException {
    var labels = read("session,number,label\na,1,exit\n\n,2, toilet, left \n");

    assertEquals(2, labels.size());
    assertEquals(Optional.of(new Labels.Label("exit", 2)), labels.of(new Labels.Frame("a", 1)));
    assertEquals(
        Optional.of(new Labels.Label("toilet, left", 4)), labels.of(new Labels.Frame("", 2)));
    assertEquals(Optional.empty(), labels.of(new Labels.Frame("b", 1)));
  }

  @Test
  void namesFileLineAndFieldOfAMistake() {
    assertEquals(
        "l.csv:1: 'number,label' (expected: session,number,label)", mistake("number,label\n"));
    assertEquals("l.csv:1: '' (expected: session,number,label)", mistake(""));
    assertEquals(
        "l.csv:3: number: 'x' (expected: a whole number >= 0)",
        mistake("session,number,label\na,1,b\na,x,b\n"));
    assertEquals(
        "l.csv:2: number: '-1' (expected: a whole number >= 0)",
        mistake("session,number,label\na,-1,b\n"));
    assertEquals(
        "l.csv:2: 'a,1' (expected: session,number,label)", mistake("session,number,label\na,1\n"));
    assertEquals(
        "l.csv:2: label: '' (expected: the answer's text, or for scores the position of the"
            + " largest)",
        mistake("session,number,label\na,1, \n"));
    assertEquals(
        "l.csv:3: number: 1 of session 'a' again (expected: one label per frame)",
        mistake("session,number,label\na,1,b\na,1,c\n"));
    assertEquals(
        "l.csv: no labels (expected: lines of session,number,label)",
        mistake("session,number,label\n"));
  }

  @Test
  void tellsHowManyLabelsAreOfOtherFramesAndTheFirst() throws IOException {
    var labels = read("session,number,label\na,1,0\n,7,1\nb,2,0\n");
    var first = new Labels.Frame("a", 1);
    var second = new Labels.Frame("", 7);
    var third = new Labels.Frame("b", 2);

    assertEquals(Optional.empty(), labels.unmet(Set.of(first, second, third)));
    var unmet = labels.unmet(Set.of(first)).orElseThrow();
    assertEquals(2, unmet.count());
    assertEquals("l.csv:3: number 7 of session ''", unmet.first().replace(folder + "/", ""));
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    var file = Files.write(folder.resolve("l.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
    var thrown = assertThrows(WrongUse.class, () -> Labels.read(file));
    assertTrue(String.valueOf(thrown.getMessage()).endsWith("l.csv: not UTF-8 (expected: text)"));
    assertThrows(WrongUse.class, () -> Labels.read(folder.resolve("nowhere.csv")));
  }

  private String mistake(String text) {
    var thrown = assertThrows(WrongUse.class, () -> read(text));
    return String.valueOf(thrown.getMessage()).replace(folder + "/", "");
  }

  private Labels read(String text) throws IOException {
    return Labels.read(Files.write(folder.resolve("l.csv"), text.getBytes(StandardCharsets.UTF_8)));
  }
}
