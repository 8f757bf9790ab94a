package dev.weft.persistence.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read what is made in a folder. */
class FolderDiskTest {

  @TempDir private Path folder;

  @Test
  void aFileIsItsOwnersAlone() throws IOException {
    FolderDisk.at(folder).create("mine").close();
    var permissions = Files.getPosixFilePermissions(folder.resolve("mine"));
    assertEquals("rw-------", PosixFilePermissions.toString(permissions));
  }

  @Test
  void inASharedFolderAFileIsAsReadableAsAnyOfTheProcess() throws IOException {
    var other = Files.createFile(folder.resolve("other"));
    FolderDisk.shared(folder).create("ours").close();
    assertEquals(
        Files.getPosixFilePermissions(other),
        Files.getPosixFilePermissions(folder.resolve("ours")));
  }
}
