package dev.weft.cluster.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.weft.cluster.linked.LinkedExtension;
import dev.weft.cluster.linked.SessionLink;
import dev.weft.cluster.linked.Told;
import dev.weft.cluster.session.SiteNode.SiteJournal;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that is a cluster, and asks sessions of other sites over a link that a test answers. */
@Timeout(60)
class SiteLinkTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  /** Reaches {@code region} and {@code shop} only. */
  private static final class FakeLink implements SessionLink {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<SessionState> answer =
        CompletableFuture.completedFuture(Told.session());

    @Override
    public boolean reaches(SiteName site) {
      return site.text().equals("region") || site.text().equals("shop");
    }

    @Override
    public String expected() {
      return "what a test says";
    }

    @Override
    public CompletableFuture<SessionState> ask(SiteName site, SessionsActor.For request) {
      asked.add(
          "%s at %s: %s"
              .formatted(request.session(), site, request.request().getClass().getSimpleName()));
      return answer;
    }
  }

  private final FakeLink link = new FakeLink();
  private SiteJournal shop;
  private SiteNode till;

  SiteLinkTest(@TempDir Path journals) {
    shop = SiteJournal.open("shop", journals);
    till = SiteNode.start(shop, "till");
  }

  @BeforeEach
  void join() {
    LinkedExtension.get(till.system()).ask(link);
    till.join(till);
    TestProbe.create(till.system())
        .awaitAssert(
            WITHIN,
            () -> {
              assertTrue(till.isUp());
              return true;
            });
  }

  @AfterEach
  void stop() {
    till.close();
    shop.close();
  }

  private SessionException refused(String session) {
    var failed =
        assertThrows(CompletionException.class, () -> till.sessions().state(session).join());
    return assertInstanceOf(SessionException.class, failed.getCause());
  }

  private void answers(SessionRefusal refusal, String site) {
    link.answer =
        CompletableFuture.failedFuture(new SessionException(refusal, "a test says so", site));
  }

  @Test
  void sessionsOfALinkedSiteAreAskedOverTheLinkAndOnesOwnAreNot() {
    assertEquals(Told.session(), till.sessions().state("region/x").join());
    assertEquals(List.of("region/x at region: Tell"), link.asked);
    till.sessions().open("shop/y", "acme", 0).join();
    assertEquals(1, link.asked.size());
  }

  @Test
  void whatALinkedSiteRefusesIsToldAsItIs() {
    answers(SessionRefusal.OTHER_TENANT, "");
    var other = refused("region/x");
    assertEquals(SessionRefusal.OTHER_TENANT, other.refusal());
    assertEquals("a test says so", other.getMessage());
    answers(SessionRefusal.UNREACHABLE, "");
    assertEquals(SessionRefusal.UNREACHABLE, refused("region/x").refusal());
    answers(SessionRefusal.UNANSWERED, "");
    assertEquals(SessionRefusal.UNANSWERED, refused("region/x").refusal());
  }

  @Test
  void aSessionThatCameHereIsAskedHere() {
    answers(SessionRefusal.MOVED, "shop");
    assertEquals(SessionState.Phase.NEW, till.sessions().state("region/x").join().phase());
    assertEquals(List.of("region/x at region: Tell"), link.asked, "and then the one here");
  }

  @Test
  void aSiteThatIsNotReachedIsRefusedAtOnce() {
    var refused = refused("depot/x");
    assertEquals(SessionRefusal.UNREACHABLE, refused.refusal());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("(expected: what a test says)"),
        refused.getMessage());
    assertEquals(List.of(), link.asked);
  }
}
