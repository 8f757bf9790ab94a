package dev.weft.cluster.standby;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.mirror.MirrorShelf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folders of what a node mirrors. */
class StandbyFilesTest {

  private static final SiteName SITE = new SiteName("shop");
  private static final NodeId OWNER = new NodeId(SITE, "till");

  @TempDir private Path folder;

  @Test
  void aMirrorIsDeletedWithItsCursorsAndTheOthersStay() throws IOException {
    var files = new StandbyFiles(folder, SITE);
    var shelf = files.shelf(OWNER);
    for (var source : List.of("old", "new")) {
      Files.writeString(file(shelf, source), "x");
      shelf.cursors(source);
    }
    shelf.delete("old");
    assertEquals(List.of("new"), shelf.sources());
    assertFalse(Files.exists(folder.resolve("till/old")));
    files.sweep();
    try (var left = Files.list(folder.resolve("till"))) {
      assertEquals(List.of(folder.resolve("till/new")), left.toList());
    }
    assertTrue(Files.exists(folder.resolve("till/new/segment")));
    assertEquals(List.of(OWNER), files.owners());
    shelf.delete("new");
    assertEquals(List.of(), shelf.sources());
    assertEquals(List.of(), files.owners());
    assertThrows(NoSuchFileException.class, () -> shelf.delete("new"));
  }

  @Test
  void halfOfOneThatWasBeingDeletedIsNone() throws IOException {
    var files = new StandbyFiles(folder, SITE);
    var left = Files.createDirectories(folder.resolve("till/.going-old/cursors"));
    Files.writeString(left.resolve("places"), "x");
    assertEquals(List.of(), files.owners());
    assertEquals(List.of(), files.shelf(OWNER).sources());
    files.sweep();
    assertFalse(Files.exists(folder.resolve("till/.going-old")));
  }

  private Path file(MirrorShelf shelf, String source) throws IOException {
    shelf.mirror(source);
    return folder.resolve("till").resolve(source).resolve("segment");
  }
}
