package dev.weft.link.certificate;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Certificates and keys in PEM files (RFC 7468). A file is replaced as a whole, or not at all. */
final class PemText {

  private static final int LINE_CHARACTERS = 64;
  private static final String FOR_ALL = "rw-r--r--";
  private static final String FOR_OWNER = "rw-------";

  private PemText() {}

  /**
   * @throws CertificateFolderException naming a file that holds none
   */
  static List<X509Certificate> certificates(Path file) {
    try {
      var certificates =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      if (certificates.length > 0) {
        return List.of(certificates);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(file, "certificates", e);
    }
    throw new CertificateFolderException(
        "%s: none (expected: certificates in PEM)".formatted(file));
  }

  /**
   * @throws CertificateFolderException naming a file that holds none
   */
  static PrivateKey key(Path file) {
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(Files.readAllBytes(file)));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw unreadable(file, "PRIVATE KEY", e);
    }
  }

  private static CertificateFolderException unreadable(Path file, String what, Exception cause) {
    var isGone = cause instanceof java.nio.file.NoSuchFileException;
    return new CertificateFolderException(
        "%s: %s (expected: %s in PEM)"
            .formatted(file, isGone ? "not there" : cause.getMessage(), what),
        cause);
  }

  static void write(Path file, List<X509Certificate> certificates) {
    var text = new StringBuilder();
    for (var certificate : certificates) {
      try {
        text.append(block("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException(e);
      }
    }
    replace(file, text.toString(), FOR_ALL);
  }

  /** Readable by its owner only, from its first byte on. */
  static void write(Path file, PrivateKey key) {
    replace(file, block("PRIVATE KEY", key.getEncoded()), FOR_OWNER);
  }

  private static String block(String label, byte[] content) {
    var encoder = Base64.getMimeEncoder(LINE_CHARACTERS, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, encoder.encodeToString(content), label)
        .replace(System.lineSeparator(), "\n");
  }

  private static void replace(Path file, String text, String permissions) {
    var beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(beside);
      create(beside, permissions);
      Files.writeString(beside, text, StandardOpenOption.WRITE);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void create(Path file, String permissions) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    } catch (UnsupportedOperationException e) {
      // No such permissions there, as on Windows, where a user's files are his own.
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("somebody else writes it at this moment", e);
    }
  }
}
