package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.certificate.CertificateFolder;
import dev.weft.link.certificate.CertificateFolder.Terms;
import dev.weft.link.certificate.KeyKind;
import dev.weft.link.identity.Identity;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
import dev.weft.link.testkit.FaultProxy.Way;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes that ask each other all the time, over TLS, while the way between them is cut, delayed,
 * dropped and throttled, and their certificates are replaced: no request without an end, none run
 * twice, and the link is there again afterwards.
 */
class LinkFaultTest {

  private static final Terms CA = new Terms(KeyKind.EC, Duration.ofDays(100));
  private static final Terms NODE = new Terms(KeyKind.EC, Duration.ofDays(30));
  private static final Duration FAULT = Duration.ofMillis(700);

  @TempDir Path files;

  private CertificateFolder site;
  private LoadedNode region;
  private LoadedNode edge;

  @BeforeEach
  void start() throws Exception {
    site = new CertificateFolder(files, new SecureRandom());
    site.init("berlin", CA, Instant.now());
    for (var name : List.of("region", "edge")) {
      site.add(name, List.of(Ends.HOST), NODE, Instant.now());
    }
    region = node("region");
    edge = node("edge");
    region.askAlways(edge);
    edge.askAlways(region);
  }

  private LoadedNode node(String name) throws Exception {
    return LoadedNode.start(
        name, Security.of(Identity.open(site.files(name), Duration.ofMillis(50))));
  }

  @AfterEach
  void close() {
    region.close();
    edge.close();
  }

  private void bothUntilAnswered(int more) {
    region.untilAnswered(more);
    edge.untilAnswered(more);
  }

  private static void last(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  private interface Fault {
    void on(FaultProxy way);
  }

  private void survives(Fault fault, Duration time) throws InterruptedException {
    for (var each : List.of(region, edge)) {
      fault.on(each.way());
    }
    last(time);
    for (var each : List.of(region, edge)) {
      each.way().heal();
    }
    bothUntilAnswered(50);
  }

  @Test
  void everyRequestEndsOnceWhateverHappensToTheWay() throws Exception {
    bothUntilAnswered(50);
    survives(FaultProxy::cut, FAULT);
    survives(FaultProxy::breakConnections, Duration.ZERO);
    survives(way -> way.delay(Way.BOTH, Duration.ofMillis(150)), FAULT);
    survives(way -> way.throttle(Way.BOTH, 200_000), FAULT);
    // Longer than a link may be silent.
    for (var way : Way.values()) {
      survives(each -> each.drop(way), FAULT.plus(LoadedNode.SILENCE_MAX));
    }
    finish();
    for (var each : List.of(region, edge)) {
      assertTrue(each.connections() > 3, "the faults were not met: " + each.connections());
    }
  }

  @Test
  void certificatesAreReplacedUnderLoad() throws Exception {
    bothUntilAnswered(50);
    var first = site.authorityCertificate();
    site.rotateAuthority(CA, Instant.now());
    bothLook();
    for (var name : List.of("region", "edge")) {
      site.rotate(name, NODE, Instant.now());
    }
    bothLook();
    // No connection of before is left, so all stand on the new ones.
    survives(FaultProxy::breakConnections, Duration.ZERO);
    site.distrust(first.fingerprint());
    bothLook();
    survives(FaultProxy::breakConnections, Duration.ZERO);
    finish();
  }

  private void bothLook() {
    for (var each : List.of(region, edge)) {
      each.untilTaken();
    }
  }

  private void finish() {
    for (var each : List.of(region, edge)) {
      each.finish();
    }
    edge.check(region);
    region.check(edge);
    assertEquals(0, region.failures() + edge.failures());
  }
}
