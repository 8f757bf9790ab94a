package dev.weft.cluster.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.weft.cluster.session.SiteNode.SiteJournal;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionTransfer;
import dev.weft.fabric.session.Whereabouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes of two sites in this JVM, over real sockets: a shop with two boxes, and a region. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SitePlacementTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final int SESSIONS = 40;

  @TempDir private static Path folder;

  private static SiteJournal shop;
  private static SiteJournal region;
  private static SiteNode till;
  private static SiteNode door;
  private static SiteNode hub;

  @BeforeAll
  static void start() {
    shop = SiteJournal.open("shop", folder);
    region = SiteJournal.open("region", folder);
    till = SiteNode.start(shop, "till");
    door = SiteNode.start(shop, "door");
    hub = SiteNode.start(region, "hub");
    till.join(till);
    door.join(till);
    hub.join(till);
    TestProbe.create(till.system())
        .awaitAssert(
            WITHIN,
            () -> {
              assertEquals(3, till.up());
              assertEquals(3, door.up());
              assertEquals(3, hub.up());
              return true;
            });
  }

  @AfterAll
  static void stop() {
    till.close();
    door.close();
    hub.close();
    shop.close();
    region.close();
  }

  private static SessionException refusal(Runnable asked) {
    return assertInstanceOf(
        SessionException.class, assertThrows(CompletionException.class, asked::run).getCause());
  }

  @Test
  @Order(1)
  void spreadsTheSessionsOfASiteOverItsNodesAndNoOther() {
    var nodes = new TreeSet<String>();
    for (var i = 0; i < SESSIONS; i++) {
      var opened = hub.sessions().open("shop/" + i, "acme", 100).join();
      nodes.add(opened.feeder().node());
      assertEquals(opened, door.sessions().claim("shop/" + i).join(), "wherever it is asked");
    }
    assertEquals(new TreeSet<>(java.util.List.of("shop/till", "shop/door")), nodes);
  }

  @Test
  @Order(2)
  void aNameWithoutASiteIsOfTheSiteWhereItIsSaid() {
    door.sessions().open("plain", "acme", 7).join();

    assertEquals(7, hub.sessions().state("shop/plain").join().budget().limit());
    assertEquals(SessionState.Phase.NEW, hub.sessions().state("plain").join().phase());
  }

  @Test
  @Order(3)
  void goesToAnotherSiteAndIsFoundThereByItsOldName() {
    hub.sessions().open("shop/mover", "acme", 100).join();
    till.sessions().reserve("shop/mover", 1, 30).join();

    var there = new SessionTransfer(till.sessions(), "shop/mover").move("shop", "region").join();
    assertEquals(new Whereabouts.Here(1), there.whereabouts());
    var claimed = door.sessions().claim("shop/mover").join();
    assertEquals("region/hub", claimed.feeder().node());
    assertEquals(30, claimed.budget().blocks().get(1L));
    assertEquals(
        30, hub.sessions().settle("shop/mover", 1, 30).join().budget().spent(), "found here first");

    new SessionTransfer(hub.sessions(), "shop/mover").move("region", "shop").join();
    var back = hub.sessions().claim("shop/mover").join();
    assertEquals(new Whereabouts.Here(2), back.whereabouts());
    assertTrue(back.feeder().node().startsWith("shop/"), back.feeder().node());
    assertEquals(30, back.budget().spent());
  }

  @Test
  @Order(4)
  void aMoveToASiteThatDoesNotAnswerLeavesItWhereItIs() {
    till.sessions().open("shop/stays", "acme", 100).join();

    var refused =
        refusal(
            () ->
                new SessionTransfer(till.sessions(), "shop/stays").move("shop", "nowhere").join());
    assertEquals(SessionRefusal.UNREACHABLE, refused.refusal());
    assertEquals(new Whereabouts.Here(1), till.sessions().claim("shop/stays").join().whereabouts());
  }

  @Test
  @Order(5)
  void refusesWhatIsNoNameOfASession() {
    assertEquals(
        SessionRefusal.INVALID, refusal(() -> till.sessions().state("No Site/x").join()).refusal());
  }

  @Test
  @Order(6)
  void goesOnAtAnotherNodeOfTheSiteWhenOneIsLost() {
    door.close();
    till.down(door);

    for (var i = 0; i < SESSIONS; i++) {
      var id = "shop/" + i;
      TestProbe.create(till.system())
          .awaitAssert(
              WITHIN,
              () -> {
                var claimed = hub.sessions().claim(id).join();
                assertEquals(till.id(), claimed.feeder());
                assertEquals(100, claimed.budget().limit());
                return true;
              });
    }
  }
}
