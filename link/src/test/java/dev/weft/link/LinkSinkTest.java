package dev.weft.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.outbox.Sink;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract over a loopback connection. */
class LinkSinkTest extends SinkContract {

  private static final String HOST = "127.0.0.1";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int BATCH_BYTES_MAX = 1 << 20;

  private @Nullable Inbox inbox;
  private @Nullable LinkReceiver receiver;

  @Override
  Sink open() throws IOException {
    var kept = Inbox.open(disk, BATCH_BYTES_MAX);
    inbox = kept;
    var listening = LinkReceiver.listen(HOST, 0, kept, BATCH_BYTES_MAX);
    receiver = listening;
    return LinkSink.to(HOST, listening.port(), TIMEOUT);
  }

  @Override
  void kill() {
    if (receiver != null) {
      receiver.close();
    }
    if (inbox != null) {
      inbox.close();
    }
  }

  @Test
  void aReceiverThatIsGoneDoesNotAnswer() throws Exception {
    try (var sink = reopened()) {
      kill();
      var ended = sink.deliver(new byte[20]).toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertInstanceOf(Delivery.Unanswered.class, ended);
    }
  }

  @Test
  void anEnvelopeLargerThanItTakesIsRefusedAsTooLarge() throws Exception {
    try (var sink = reopened()) {
      var large = new byte[BATCH_BYTES_MAX + 10_000];
      var ended = sink.deliver(large).toCompletableFuture().get(30, TimeUnit.SECONDS);
      var refused = assertInstanceOf(Delivery.Refused.class, ended);
      assertEquals(Delivery.Reason.TOO_LARGE, refused.reason());
    }
  }

  private Sink reopened() throws IOException {
    kill();
    return open();
  }
}
