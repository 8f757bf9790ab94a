package dev.weft.link.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.certificate.CertificateFolder;
import dev.weft.link.certificate.CertificateFolder.Terms;
import dev.weft.link.certificate.KeyKind;
import dev.weft.link.identity.Identity;
import dev.weft.link.identity.Security;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Destination;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureSinkTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Terms YEAR = new Terms(KeyKind.EC, Duration.ofDays(365));
  private static final Terms MONTH = new Terms(KeyKind.EC, Duration.ofDays(30));

  @TempDir Path files;

  private CertificateFolder site(String name) {
    var folder = new CertificateFolder(files.resolve(name), new SecureRandom());
    folder.init(name, YEAR, Instant.now());
    folder.add("region", List.of(), MONTH, Instant.now());
    folder.add("edge", List.of(), MONTH, Instant.now());
    return folder;
  }

  private String address(String site, int port) {
    return ("grpcs://127.0.0.1:%d?certificate=%2$s/edge.pem&key=%2$s/edge.key"
            + "&trust=%2$s/trust.pem&name=region.berlin")
        .formatted(port, files.resolve(site));
  }

  private static Delivery asked(Sink sink) throws Exception {
    return sink.reached("box-7").toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void batchesGoToTheReceiverThatIsMeantAndToNoOther() throws Exception {
    var berlin = site("berlin");
    site("paris");
    try (var security = Security.of(Identity.open(berlin.files("region"), TIMEOUT));
        var inbox = Inbox.open(new SimulatedDisk(1), 1 << 20);
        var receiver = LinkReceiver.listen("0.0.0.0", 0, inbox, 1 << 20, security)) {
      try (var sink = new Destination(address("berlin", receiver.port())).sink(TIMEOUT)) {
        assertEquals(new Delivery.Acknowledged(0), asked(sink));
      }
      try (var stranger = new Destination(address("paris", receiver.port())).sink(TIMEOUT);
          var inTheClear = new Destination("grpc://127.0.0.1:" + receiver.port()).sink(TIMEOUT)) {
        assertInstanceOf(Delivery.Unanswered.class, asked(stranger));
        assertInstanceOf(Delivery.Unanswered.class, asked(inTheClear));
      }
    }
  }

  @Test
  void saysWhatAnAddressLacks() {
    for (var wrong :
        List.of(
            "grpcs://127.0.0.1:9",
            "grpcs://127.0.0.1",
            "grpcs://127.0.0.1:9?certificate=a.pem",
            "grpcs://127.0.0.1:9?colour=red",
            "grpcs://127.0.0.1:9?certificate=no.pem&key=no.key&trust=no.pem")) {
      refused(wrong);
    }
    var inTheClear = refused("grpc://192.0.2.1:9090");
    assertTrue(
        inTheClear.contains("grpcs://") && inTheClear.contains("insecure-beyond-loopback"),
        inTheClear);
  }

  private static String refused(String address) {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> new Destination(address).sink(TIMEOUT), address);
    return String.valueOf(refused.getMessage());
  }
}
