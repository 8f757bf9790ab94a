package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  @TempDir private Path folder;

  @Test
  void aSchemeThatNobodyOffersIsRefusedWithWhatIs() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> new Destination("ftp://x").sink(TIMEOUT));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("destination: 'ftp://x' (expected: a folder, or one of"),
        refused.toString());
    assertThrows(IllegalArgumentException.class, () -> new Destination(" "));
  }

  @Test
  void aFolderThatCannotBeMadeDoesNotAnswerAndIsTriedAgain() throws Exception {
    var file = Files.writeString(folder.resolve("taken"), "by a file");
    try (var sink = new Destination(file.resolve("sub").toString()).sink(TIMEOUT)) {
      assertInstanceOf(
          Delivery.Unanswered.class, sink.deliver(new byte[0]).toCompletableFuture().join());
      Files.delete(file);
      var refused =
          assertInstanceOf(
              Delivery.Refused.class, sink.deliver(new byte[0]).toCompletableFuture().join());
      assertEquals(Delivery.Reason.CORRUPT, refused.reason());
    }
  }
}
