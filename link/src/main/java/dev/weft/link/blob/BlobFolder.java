package dev.weft.link.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Files in a folder, each called by its digest. */
public final class BlobFolder implements BlobSource {

  private final Path folder;

  public BlobFolder(Path folder) {
    this.folder = folder;
  }

  /** Where a file is, or would be. */
  public Path file(BlobDigest digest) {
    return folder.resolve(digest.hex());
  }

  @Override
  public Optional<Piece> read(BlobDigest digest, long offset, int length) throws IOException {
    try (var file = FileChannel.open(file(digest), StandardOpenOption.READ)) {
      var total = file.size();
      var piece = ByteBuffer.allocate((int) Math.clamp(total - offset, 0, length));
      while (piece.hasRemaining() && file.read(piece, offset + piece.position()) >= 0) {
        // Until it is full or the file ends.
      }
      return Optional.of(new Piece(total, Arrays.copyOf(piece.array(), piece.position())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
