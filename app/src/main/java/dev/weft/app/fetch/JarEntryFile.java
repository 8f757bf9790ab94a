package dev.weft.app.fetch;

import dev.weft.fabric.manifest.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import java.util.zip.ZipFile;

/** Copies one entry of a jar to a file, held against the size and digest it must have. */
final class JarEntryFile {

  private static final int CHUNK_BYTES = 1 << 16;

  private JarEntryFile() {}

  /**
   * Writes the entry to {@code target} and forces it to disk. Not more than the artifact's size is
   * ever written, whatever the jar says.
   *
   * @param written is told the bytes written so far
   * @throws FetchException if the jar has no such entry, or its content is not the artifact's
   */
  static void copy(
      Path jar, MavenSource source, Artifact artifact, Path target, LongConsumer written) {
    try (var zip = new ZipFile(jar.toFile())) {
      var entry = zip.getEntry(source.entry());
      if (entry == null || entry.isDirectory()) {
        throw new FetchException(
            "%s: no file '%s' in it (expected: as the source of '%s' says)"
                .formatted(source.jar(), source.entry(), artifact.file()));
      }
      try (var in = zip.getInputStream(entry)) {
        var digest = copy(in, source, artifact, target, written);
        if (!digest.equals(artifact.sha256())) {
          throw wrong(source, artifact, "SHA-256 " + digest, artifact.sha256());
        }
      }
    } catch (IOException e) {
      throw new FetchException("'%s' from %s: %s".formatted(artifact.file(), source.jar(), e), e);
    }
  }

  private static String copy(
      InputStream in, MavenSource source, Artifact artifact, Path target, LongConsumer written)
      throws IOException {
    var digest = sha256();
    var bytes = 0L;
    try (var out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var chunk = new byte[CHUNK_BYTES];
      for (var length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        bytes += length;
        if (bytes > artifact.sizeBytes()) {
          throw wrong(source, artifact, "more bytes", "%d bytes".formatted(artifact.sizeBytes()));
        }
        digest.update(chunk, 0, length);
        for (var buffer = ByteBuffer.wrap(chunk, 0, length); buffer.hasRemaining(); ) {
          out.write(buffer);
        }
        written.accept(bytes);
      }
      if (bytes != artifact.sizeBytes()) {
        throw wrong(source, artifact, bytes + " bytes", "%d bytes".formatted(artifact.sizeBytes()));
      }
      out.force(true);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static FetchException wrong(
      MavenSource source, Artifact artifact, String found, String expected) {
    return new FetchException(
        "'%s' of %s: %s (expected: %s, as the manifest pins '%s')"
            .formatted(source.entry(), source.jar(), found, expected, artifact.file()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
