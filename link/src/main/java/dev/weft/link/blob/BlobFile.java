package dev.weft.link.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Pieces of a file, wherever it is. */
public final class BlobFile {

  private BlobFile() {}

  /**
   * A piece of a file, as {@link BlobSource#read} gives it.
   *
   * @param length most bytes of it
   * @return empty if the file is not there
   * @throws IOException if it cannot be read
   */
  public static Optional<BlobSource.Piece> read(Path path, long offset, int length)
      throws IOException {
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      var total = file.size();
      var piece = ByteBuffer.allocate((int) Math.clamp(total - offset, 0, length));
      while (piece.hasRemaining() && file.read(piece, offset + piece.position()) >= 0) {
        // Until it is full or the file ends.
      }
      return Optional.of(
          new BlobSource.Piece(total, Arrays.copyOf(piece.array(), piece.position())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
