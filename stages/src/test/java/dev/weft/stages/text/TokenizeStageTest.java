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
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeStageTest {

  static final Map<String, Path> FILES = Map.of("tokenizer", resource());

  private final StageRun run = new StageRun();

  @TempDir private Path folder;

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @Test
  void writesIdsMaskAndTypesPaddedToTheLongestText() {
    try (var stage = stage(Map.of())) {
      var outputs = tokenize(stage, "Hello WORLD", "weaving?", "");
      assertEquals(Shape.of(3, 5), outputs.getFirst().shape());
      assertArrayEquals(
          new long[] {1, 4, 5, 2, 3, 1, 6, 7, 9, 2, 1, 2, 3, 3, 3}, outputs.get(0).toLongs());
      assertArrayEquals(
          new long[] {1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, outputs.get(1).toLongs());
      assertArrayEquals(new long[15], outputs.get(2).toLongs());
    }
  }

  @Test
  void foldsCaseAndAccentsAndNamesUnknownWords() {
    try (var stage = stage(Map.of())) {
      assertArrayEquals(
          new long[] {1, 10, 0, 0, 2}, tokenize(stage, "Café 東 xyz").getFirst().toLongs());
    }
  }

  @Test
  void cutsToMaxTokensWhateverTheFileSays() {
    try (var stage = stage(Map.of("maxTokens", 16L))) {
      var ids = tokenize(stage, "a ".repeat(40)).getFirst().toLongs();
      assertEquals(16, ids.length);
      assertEquals(1, ids[0]);
      assertEquals(2, ids[15]);
    }
  }

  @Test
  void givesNoRowsForNoTexts() {
    try (var stage = stage(Map.of())) {
      assertEquals(Shape.of(0, 0), tokenize(stage).getFirst().shape());
    }
  }

  @Test
  void refusesOneMegabyteOfTextBeforeItIsTokenized() {
    try (var stage = stage(Map.of())) {
      assertRefused(
          stage,
          ErrorCode.INVALID_INPUT,
          "text: element 1: 1048576 bytes (expected: <= 65536, option 'maxBytes')",
          "hello".getBytes(StandardCharsets.UTF_8),
          new byte[1 << 20]);
    }
  }

  @Test
  void refusesMalformedUtf8WithItsPlace() {
    try (var stage = stage(Map.of())) {
      assertRefused(
          stage,
          ErrorCode.INVALID_INPUT,
          "text: element 0, byte 2: 0xFF (expected: well-formed UTF-8)",
          new byte[] {'h', 'i', (byte) 0xFF});
      assertRefused(stage, ErrorCode.INVALID_INPUT, "byte 1: 0xED", new byte[] {'a', -19, -96, 65});
    }
  }

  @Test
  void refusesFilesThatAreNoTokenizer() throws IOException {
    var whole = Files.readString(FILES.get("tokenizer"));
    var broken =
        List.of(
            "",
            "{}",
            "[1]",
            "not json",
            "{\"model\":",
            whole.substring(0, whole.length() / 2),
            whole.replace("\"WordPiece\", \"unk_token\"", "\"Unheard\", \"unk_token\""));
    for (var content : broken) {
      var file = Files.writeString(folder.resolve("tokenizer.json"), content);
      var refusal =
          assertThrows(
              StageException.class,
              () -> StageRun.stage(new TokenizeFactory(), Map.of(), Map.of("tokenizer", file)));
      assertEquals(ErrorCode.BAD_ARTIFACT, refusal.code(), refusal.toString());
      assertTrue(refusal.toString().contains("tokenizer.json"), refusal.toString());
    }
    var missing = Map.of("tokenizer", folder.resolve("no.json"));
    var refusal =
        assertThrows(
            StageException.class, () -> StageRun.stage(new TokenizeFactory(), Map.of(), missing));
    assertEquals(ErrorCode.IO_FAILED, refusal.code());
  }

  @Test
  void findsThePaddingTokenAmongTheAddedOnes() {
    assertEquals(
        7, PadToken.id("{\"added_tokens\":[{\"id\":7,\"content\":\"<pad>\"},{\"id\":8}]}"));
    assertEquals(5, PadToken.id("{\"padding\":{\"a\":{},\"pad_id\":5},\"added_tokens\":[]}"));
    assertEquals(
        0, PadToken.id("{\"padding\":null,\"added_tokens\":null,\"model\":{\"vocab\":{}}}"));
  }

  @Test
  void namesTheBuildOfEachMachine() {
    assertEquals("linux-x86_64", TokenizerLibrary.platform("Linux", "amd64"));
    assertEquals("osx-aarch64", TokenizerLibrary.platform("Mac OS X", "aarch64"));
    assertEquals("win-x86_64", TokenizerLibrary.platform("Windows 11", "amd64"));
  }

  @Test
  void closesOnceHoweverOftenItIsAsked() {
    var stage = stage(Map.of());
    stage.close();
    stage.close();
  }

  private List<Tensor> tokenize(Stage stage, String... texts) {
    return run.run(stage, run.strings(texts));
  }

  private void assertRefused(Stage stage, ErrorCode code, String expected, byte[]... texts) {
    var refusal =
        assertThrows(StageException.class, () -> run.run(stage, run.byteStrings(List.of(texts))));
    assertEquals(code, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).contains(expected), refusal.getMessage());
  }

  private static Stage stage(Map<String, Object> options) {
    return StageRun.stage(new TokenizeFactory(), options, FILES);
  }

  private static Path resource() {
    try {
      var url = Objects.requireNonNull(TokenizeStageTest.class.getResource("tokenizer.json"));
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
