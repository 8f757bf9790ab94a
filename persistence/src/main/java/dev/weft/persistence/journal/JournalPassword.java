package dev.weft.persistence.journal;

import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Set;
import org.h2.api.ErrorCode;

/**
 * The password of an embedded journal that was ever served: random, in the file {@value #FILE} of
 * its folder, which only its owner may read. A journal that never was has an empty one.
 */
final class JournalPassword {

  static final String FILE = "password";

  private static final int BYTES = 24;
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private JournalPassword() {}

  /** Where the password of the journal in {@code folder} is, if it has one. */
  static Path file(Path folder) {
    return folder.toAbsolutePath().normalize().resolve(FILE);
  }

  /** The password of the journal in {@code folder}. */
  static String of(Path folder) {
    var file = file(folder);
    return Files.exists(file) ? read(file) : "";
  }

  /**
   * The password in {@code file}, which is its only line.
   *
   * @throws JournalException if there is none
   */
  static String read(Path file) {
    try {
      var password = Files.readString(file).strip();
      if (password.isEmpty()) {
        throw new JournalException(
            JournalException.Code.SETTINGS,
            "journal password-file: '%s' is empty (expected: a password)".formatted(file));
      }
      return password;
    } catch (IOException e) {
      throw new JournalException(
          JournalException.Code.SETTINGS,
          "journal password-file: '%s': %s (expected: a file with a password)"
              .formatted(file, DiskException.words(e)),
          e);
    }
  }

  /** Gives a journal a password, if it has none. Its folder must be the caller's. */
  static void protect(JournalSettings.Embedded settings) throws SQLException, IOException {
    var file = file(settings.folder());
    if (!Files.exists(file)) {
      write(file);
    } else if (isPosix(file)) {
      Files.setPosixFilePermissions(file, OWNER);
    }
    settle(settings);
  }

  /**
   * Has the database know the password of the file, if there is one: a process may have ended after
   * it wrote that and before it told the database.
   */
  static void settle(JournalSettings.Embedded settings) throws SQLException {
    var password = of(settings.folder());
    if (password.isEmpty()) {
      return;
    }
    try {
      connect(settings, password).close();
    } catch (SQLException e) {
      if (e.getErrorCode() != ErrorCode.WRONG_USER_OR_PASSWORD) {
        throw e;
      }
      try (var connection = connect(settings, "");
          var statement = connection.createStatement()) {
        statement.execute("ALTER USER %s SET PASSWORD '%s'".formatted(settings.user(), password));
      }
    }
  }

  private static Connection connect(JournalSettings.Embedded settings, String password)
      throws SQLException {
    SyncedPath.register();
    return DriverManager.getConnection(settings.url(), settings.user(), password);
  }

  /** Whole or not at all, on the disk when it returns. */
  private static void write(Path file) throws IOException {
    var bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n";
    var draft = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(draft);
    var mode =
        isPosix(file)
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
            : new FileAttribute<?>[0];
    try (var channel =
        FileChannel.open(
            draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      var left = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
