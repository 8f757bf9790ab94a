package dev.weft.stages.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {

  private static final TensorSpec LINES =
      TensorSpec.of("text", Datatype.BYTES, "batch").withSemantic("text/utf-8");
  private static final TensorSpec ONE_TEXT =
      TensorSpec.of("text", Datatype.BYTES, 1).withSemantic("text/utf-8");
  private static final TensorSpec IMAGE =
      TensorSpec.of("encoded", Datatype.BYTES, 1).withSemantic("image/encoded");
  private static final TensorSpec WAV =
      TensorSpec.of("encoded", Datatype.BYTES, 1).withSemantic("audio/wav");
  private static final TensorSpec FLOATS = TensorSpec.of("x", Datatype.FP32, "n");
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final byte[] RIFF = "RIFF\0\0\0\0WAVE".getBytes(StandardCharsets.ISO_8859_1);

  private final TensorPool pool = new TensorPool(1 << 16, TensorPool.LeakTracing.ON);

  @TempDir private Path folder;

  @AfterEach
  void nothingLeaks() {
    pool.close();
  }

  @Test
  void readsTextByLinesWhereTheSizeIsFreeAndWholeWhereItIsOne() {
    var file = file("say.txt", "\uFEFFgood day\r\n\nwo ist das Klo? ä\n\n");
    assertEquals(List.of("good day", "", "wo ist das Klo? ä"), strings(file, LINES));
    assertEquals(List.of("good day\r\n\nwo ist das Klo? ä"), strings(file, ONE_TEXT));
    assertEquals(
        List.of("good day", "", "wo ist das Klo? ä"),
        strings(file, TensorSpec.of("text", Datatype.BYTES, "batch")));
  }

  @Test
  void readsImagesAndSoundsAsOneElementEach() {
    assertEncoded(file("a.png", PNG), IMAGE, PNG);
    assertEncoded(file("b.png", PNG), TensorSpec.of("any", Datatype.BYTES, 1), PNG);
    assertEncoded(file("a.wav", RIFF), WAV, RIFF);
    assertRefused(file("c.wav", RIFF), IMAGE, ErrorCode.INVALID_INPUT, "expected: PNG or JPEG");
    assertRefused(file("d.png", PNG), WAV, ErrorCode.INVALID_INPUT, "expected: WAV");
    assertRefused(file("e.png", PNG), FLOATS, ErrorCode.INVALID_INPUT, "neither .npy nor JSON");
  }

  @Test
  void decodesAPictureWherePixelsAreAskedFor() throws IOException {
    var picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, 0x010203);
    picture.setRGB(1, 0, 0xFFFEFD);
    var png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    var spec = TensorSpec.of("image", Datatype.UINT8, "height", "width", 3);
    try (var tensor = InputFile.read(file("a.png", png.toByteArray()), spec, pool)) {
      assertEquals(Shape.of(1, 2, 3), tensor.shape());
      assertArrayEquals(
          new byte[] {1, 2, 3, -1, -2, -3}, tensor.segment().toArray(ValueLayout.JAVA_BYTE));
    }
    assertRefused(file("cut.png", PNG), spec, ErrorCode.INVALID_INPUT, "encoded: broken");
  }

  @Test
  void readsArraysByContentWhateverTheName() {
    byte[] npy;
    try (var tensor = pool.floats(Shape.of(2), 1, 2)) {
      npy = Npy.write(tensor);
    }
    for (var file : List.of(file("a.npy", npy), file("b.bin", npy), file("c", " [1, 2]"))) {
      try (var tensor = InputFile.read(file, FLOATS, pool)) {
        assertArrayEquals(new float[] {1, 2}, tensor.toFloats());
      }
    }
  }

  @Test
  void holdsWhatItReadAgainstTheSpec() {
    var wrongShape = file("a.json", "[[1, 2], [3, 4]]");
    assertRefused(wrongShape, FLOATS, ErrorCode.INVALID_INPUT, "FP32[2, 2] (expected: FP32[n])");
    byte[] npy;
    try (var tensor = pool.longs(Shape.of(1), 1)) {
      npy = Npy.write(tensor);
    }
    var wrongType = file("a.npy", npy);
    assertRefused(wrongType, FLOATS, ErrorCode.INVALID_INPUT, "INT64[1] (expected: FP32[n])");
    var twoLines = TensorSpec.of("text", Datatype.BYTES, 2).withSemantic("text/utf-8");
    assertRefused(file("a.txt", "one"), twoLines, ErrorCode.INVALID_INPUT, "BYTES[1]");
  }

  @Test
  void namesWhatIsWrongWithAFile() throws IOException {
    assertRefused(folder.resolve("no.txt"), LINES, ErrorCode.NOT_FOUND, "no such file");
    assertRefused(folder, LINES, ErrorCode.INVALID_INPUT, "a directory");
    assertRefused(file("empty.wav", ""), WAV, ErrorCode.INVALID_INPUT, "0 bytes");
    assertRefused(
        file("latin.txt", new byte[] {'a', 'b', (byte) 0xE4, 'c'}),
        LINES,
        ErrorCode.INVALID_INPUT,
        "byte 2: 0xE4 (expected: well-formed UTF-8)");
    assertRefused(file("large.txt", "a".repeat(100_000)), LINES, ErrorCode.OUT_OF_MEMORY, "bytes");
    var file = file("long.txt", "abcdef");
    var refusal =
        assertThrows(StageException.class, () -> InputFile.read(file, LINES, pool, 5).close());
    assertTrue(refusal.toString().contains("larger than 5 bytes"), refusal.toString());
    InputFile.read(file, LINES, pool, 6).close();
  }

  @Test
  void refusesAValueThatIsNoPath() {
    var refusal =
        assertThrows(
            StageException.class, () -> InputFile.readValue("a\u0000b", LINES, pool).close());
    assertEquals(ErrorCode.NOT_FOUND, refusal.code());
  }

  @Test
  void refusesTextThatDoesNotFitTheMemory() {
    var text = "text:" + "a".repeat(100_000);
    var refusal =
        assertThrows(StageException.class, () -> InputFile.readValue(text, LINES, pool).close());
    assertEquals(ErrorCode.OUT_OF_MEMORY, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).length() < 200, refusal.toString());
  }

  @Test
  void takesTextLiterally() {
    for (var spec : List.of(LINES, ONE_TEXT)) {
      try (var tensor = InputFile.readValue("text:where is it? ", spec, pool)) {
        assertEquals(List.of("where is it? "), tensor.toStrings());
      }
    }
    var refusal =
        assertThrows(
            StageException.class, () -> InputFile.readValue("text:1", FLOATS, pool).close());
    assertTrue(refusal.toString().contains("(expected: 'x FP32[n]')"), refusal.toString());
    try (var tensor = InputFile.readValue(file("a.json", "[1]").toString(), FLOATS, pool)) {
      assertArrayEquals(new float[] {1}, tensor.toFloats());
    }
  }

  private List<String> strings(Path file, TensorSpec spec) {
    try (var tensor = InputFile.read(file, spec, pool)) {
      return tensor.toStrings();
    }
  }

  private void assertEncoded(Path file, TensorSpec spec, byte[] expected) {
    try (var tensor = InputFile.read(file, spec, pool)) {
      assertEquals(Shape.of(1), tensor.shape());
      assertArrayEquals(expected, tensor.toByteStrings().getFirst());
    }
  }

  private void assertRefused(Path file, TensorSpec spec, ErrorCode code, String expected) {
    var refusal =
        assertThrows(StageException.class, () -> InputFile.read(file, spec, pool).close());
    var message = String.valueOf(refusal.getMessage());
    assertEquals(code, refusal.code(), message);
    assertTrue(message.startsWith("file '" + file) && message.contains(expected), message);
  }

  private Path file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path file(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
