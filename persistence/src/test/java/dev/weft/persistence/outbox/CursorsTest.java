package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.MemoryDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CursorsTest {

  private final MemoryDisk disk = new MemoryDisk();

  private Cursors open(String sink, UploadTags tags) throws DiskException {
    return Cursors.open(disk, Map.of(sink, tags), "box", new Random(1));
  }

  @Test
  void everySinkIsASourceOfItsOwnToWhoeverReceives() throws DiskException {
    var video = open("video", UploadTags.ofClasses("video"));
    var again = open("video", UploadTags.ofClasses("video"));
    var all = open("all", UploadTags.everything());

    assertEquals(video.source("video"), again.source("video"));
    assertNotEquals(video.source("video"), all.source("all"));
  }

  @Test
  void aSinkStaysWithWhatItBeganWith() throws DiskException {
    var tags = new UploadTags(Set.of("video", "audio"), Set.of("kiosk"));
    open("cloud", tags).move("cloud", 7);

    var refused =
        assertThrows(IllegalArgumentException.class, () -> open("cloud", UploadTags.everything()));

    assertEquals(
        "sink 'cloud': all classes, all pipelines (expected: classes [audio, video], pipelines"
            + " [kiosk], as it began; another choice needs another name)",
        refused.getMessage());
    assertEquals(Optional.of(tags), Cursors.tags(disk, "cloud"));
    assertEquals(7, open("cloud", tags).acknowledged("cloud"));
  }

  @Test
  void aBrokenNameOfTheSourceIsNotReplacedByAnother() throws DiskException {
    open("cloud", UploadTags.everything());
    disk.delete("source");
    write("source", "box-0123456789abcdef????");

    var refused = assertThrows(DiskException.class, () -> open("cloud", UploadTags.everything()));

    assertTrue(refused.toString().contains("source: broken"), refused.toString());
  }

  @Test
  void anInboxLeavesAloneWhatOthersHaveInItsFolder() throws DiskException {
    write("film.mp4.part", "half of it");
    write("box-1.0-7.batch.part", "left behind");

    Inbox.open(disk, 1 << 20).close();

    assertTrue(disk.list().contains("film.mp4.part"), disk.list().toString());
    assertEquals(
        List.of(), disk.list().stream().filter(name -> name.endsWith("batch.part")).toList());
  }

  private void write(String name, String content) throws DiskException {
    try (var file = disk.create(name)) {
      file.append(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      file.force();
    }
  }
}
