package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was committed before a process ended at any of its writes. */
class EmbeddedFileTest {

  /** Of which H2 by itself opens an older state, most of them an empty one. */
  private static final List<Integer> LOST_BY_H2 =
      List.of(1551, 1557, 1577, 1631, 1657, 1711, 1796, 1827, 1838, 1868);

  private static final int COMMITS_MAX = 400;

  @TempDir private Path folder;

  @Test
  void isThereAgain() throws Exception {
    var lost = new ArrayList<String>();
    var others = IntStream.rangeClosed(1, 40).boxed();
    for (var seed : Stream.concat(LOST_BY_H2.stream(), others).toList()) {
      var committed = endAtAWrite(seed);
      EmbeddedFile.mend(left(seed));
      var found = found(left(seed));
      if (found < committed) {
        lost.add("seed %d: %d of %d".formatted(seed, found, committed));
      }
    }
    assertEquals(List.of(), lost);
  }

  /** If this fails, H2 finds its newest state by itself, and {@link EmbeddedFile} can go. */
  @Test
  void isNotAlwaysFoundByTheDatabaseItself() throws Exception {
    var lost = 0;
    for (var seed : LOST_BY_H2) {
      lost += endAtAWrite(seed) > found(left(seed)) ? 1 : 0;
    }
    assertTrue(lost > 0);
  }

  @Test
  void aFileThatWasClosedInOrderIsLeftAsItIs() throws Exception {
    var path = folder.resolve("closed");
    try (var connection = DriverManager.getConnection("jdbc:h2:" + path, "weft", "");
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE entries (n INTEGER PRIMARY KEY)");
    }
    var file = folder.resolve("closed.mv.db");
    var before = Files.readAllBytes(file);

    EmbeddedFile.mend(path);

    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void nothingIsMadeWhereNothingWas() throws IOException {
    EmbeddedFile.mend(folder.resolve("none"));

    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private Path left(int seed) {
    return folder.resolve("left-" + seed);
  }

  /**
   * A process that commits a row at a time and deletes old ones, in a file whose space is used
   * again at once.
   *
   * @return the newest row that was committed before the write at which it ends
   */
  private int endAtAWrite(int seed) throws IOException {
    var random = new Random(seed);
    CutPath.after(60 + random.nextInt(300));
    var path = folder.resolve("run-" + seed);
    var url =
        "jdbc:h2:%s:%s;WRITE_DELAY=0;FILE_LOCK=NO;DB_CLOSE_ON_EXIT=FALSE;RETENTION_TIME=0"
            .formatted(CutPath.SCHEME, path);
    var committed = 0;
    try (var connection = DriverManager.getConnection(url, "weft", "")) {
      try (var statement = connection.createStatement()) {
        statement.execute("CREATE TABLE entries (n INTEGER PRIMARY KEY, bytes VARBINARY)");
        connection.setAutoCommit(false);
        for (var n = 1; n < COMMITS_MAX && !CutPath.isOver(); n++) {
          var bytes = new byte[random.nextInt(seed % 3 == 0 ? 6000 : 600)];
          random.nextBytes(bytes);
          try (var insert = connection.prepareStatement("INSERT INTO entries VALUES (?, ?)")) {
            insert.setInt(1, n);
            insert.setBytes(2, bytes);
            insert.execute();
          }
          if (n % (1 + seed % 13) == 0) {
            statement.execute("DELETE FROM entries WHERE n < " + (n - 8));
          }
          connection.commit();
          committed = CutPath.isOver() ? committed : n;
        }
      }
    } catch (SQLException e) {
      // It met what its lost writes left.
      if (!CutPath.isOver()) {
        throw new AssertionError(e);
      }
    }
    Files.move(
        Path.of(path + ".mv.db"),
        Path.of(left(seed) + ".mv.db"),
        StandardCopyOption.REPLACE_EXISTING);
    return committed;
  }

  private static int found(Path path) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:h2:" + path, "weft", "");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT max(n) FROM entries")) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains("not found")) {
        return 0; // Not even the table is there.
      }
      throw e;
    }
  }
}
