package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * One PNG or JPEG file in memory, read through the JDK's ImageIO: first its size, then its pixels.
 *
 * <p>Every failure is an {@link ErrorCode#INVALID_INPUT} that says what is wrong with the file.
 */
final class PictureFile implements AutoCloseable {

  private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private final String format;
  private final ImageReader reader;
  private Optional<String> warning = Optional.empty();

  private PictureFile(String format, ImageReader reader) {
    this.format = format;
    this.reader = reader;
  }

  static PictureFile open(MemorySegment content) {
    var format = format(content);
    if (format.equals("JPEG") && JpegScans.count(content, JpegScans.MAX + 1) > JpegScans.MAX) {
      throw StageException.invalidInput(
          "encoded", "JPEG of many scans", "at most %d".formatted(JpegScans.MAX));
    }
    var reader = ImageIO.getImageReadersByFormatName(format).next();
    var file = new PictureFile(format, reader);
    reader.setInput(new SegmentImageStream(content), true, true);
    reader.addIIOReadWarningListener(new Warnings(file));
    return file;
  }

  String format() {
    return format;
  }

  /** Width in pixels, from the header alone. */
  int width() {
    return reading(() -> reader.getWidth(0));
  }

  /** Height in pixels, from the header alone. */
  int height() {
    return reading(() -> reader.getHeight(0));
  }

  BufferedImage pixels() {
    var image = reading(() -> reader.read(0));
    warning.ifPresent(
        text -> {
          throw broken(text, new IOException(text));
        });
    return image;
  }

  @Override
  public void close() {
    reader.dispose();
  }

  private static String format(MemorySegment content) {
    if (startsWith(content, PNG_MAGIC)) {
      return "PNG";
    }
    if (startsWith(content, JPEG_MAGIC)) {
      return "JPEG";
    }
    throw new StageException(
        ErrorCode.INVALID_INPUT,
        "encoded: %d bytes of an unknown format (expected: a PNG or JPEG picture)"
            .formatted(content.byteSize()));
  }

  private static boolean startsWith(MemorySegment content, byte[] magic) {
    return content.byteSize() >= magic.length
        && content.asSlice(0, magic.length).mismatch(MemorySegment.ofArray(magic)) < 0;
  }

  /** ImageIO answers malformed files with all sorts of unchecked exceptions besides its own. */
  private <T> T reading(Step<T> step) {
    try {
      return step.run();
    } catch (IOException | RuntimeException e) {
      throw broken(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
    }
  }

  private StageException broken(String what, Exception cause) {
    return new StageException(
        ErrorCode.INVALID_INPUT,
        "encoded: broken or unsupported %s: %s (expected: a whole PNG or JPEG picture)"
            .formatted(format, what),
        cause);
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  /** Keeps the warnings that mean missing pixels: the JPEG reader paints those grey and goes on. */
  private record Warnings(PictureFile file) implements IIOReadWarningListener {
    @Override
    public void warningOccurred(ImageReader source, String text) {
      if (text.toLowerCase(Locale.ROOT).contains("premature end")) {
        file.warning = Optional.of(text);
      }
    }
  }
}
