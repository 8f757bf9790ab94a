package dev.weft.link.identity;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.outbox.LinkReceiver;
import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.outbox.Inbox;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where this module listens: beyond this machine only with TLS, or if somebody said so. */
class ExposureTest {

  private static final String EVERYWHERE = "0.0.0.0";
  private static final int BYTES = 1 << 20;

  /** Begins to listen and ends again. */
  private interface Listener {
    void listen(String host, Security security) throws IOException;
  }

  private static final Map<String, Listener> LISTENERS =
      Map.of(
          "exchange",
          (host, security) ->
              Exchange.listen(
                      host, 0, ExchangeSettings.from(ConfigFactory.load()), security, Map.of())
                  .close(),
          "outbox",
          (host, security) -> {
            try (var inbox = Inbox.open(new MemoryDisk(), BYTES);
                var receiver = LinkReceiver.listen(host, 0, inbox, BYTES, security)) {
              assertTrue(receiver.port() > 0);
            }
          });

  private static Security said(String insecure) {
    var said = ConfigFactory.parseString("weft.link.insecure-beyond-loopback = " + insecure);
    return Security.from(said.withFallback(ConfigFactory.load()));
  }

  @Test
  void nothingListensBeyondThisMachineUnlessTheSettingIsOn() throws IOException {
    for (var each : LISTENERS.entrySet()) {
      var refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> each.getValue().listen(EVERYWHERE, said("off")),
              each.getKey());
      assertTrue(
          String.valueOf(refused.getMessage()).contains("weft.link.insecure-beyond-loopback = on"),
          refused.getMessage());
      each.getValue().listen("127.0.0.1", said("off"));
      each.getValue().listen(EVERYWHERE, said("on"));
    }
  }
}
