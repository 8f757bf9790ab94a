package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Reason;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrameLinkTest {

  private static final Duration STALE = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ExchangeSettings SETTINGS = ExchangeSettings.from(ConfigFactory.load());

  private final AtomicLong now = new AtomicLong();
  private final FactBook facts = new FactBook(STALE, 9, now::get);
  private final Peers peers = new Peers("shop/till", SETTINGS, Security.none(), new SecureRandom());
  private final FrameLink link =
      FrameLink.of(
          facts, peers, new LinkDefaults(Duration.ofMillis(1), 10_000_000), new PackRule(true));
  private final UnderWay underWay = link.underWay();
  private final LinkedBlockingQueue<CompletableFuture<Answer>> came = new LinkedBlockingQueue<>();
  private Exchange exchange;

  @BeforeEach
  void listen() throws IOException {
    exchange =
        Exchange.listen(
            "127.0.0.1",
            0,
            SETTINGS,
            Security.none(),
            Map.of(
                FrameLink.KIND,
                _ -> {
                  var answer = new CompletableFuture<Answer>();
                  came.add(answer);
                  return answer;
                }));
  }

  @AfterEach
  void close() {
    peers.close();
    exchange.close();
  }

  private static NodeFacts node(String name, String link) {
    return new NodeFacts(
        name,
        new SiteName("region"),
        Role.REGION,
        NodeClass.STANDARD,
        1,
        "127.0.0.1:1",
        link,
        Set.of(),
        NodeFacts.State.idle());
  }

  @Test
  void aLinkToANodeThatIsNotHeardOfAnyMoreIsClosedWhenNothingIsUnderWay() throws Exception {
    var hub = node("hub", "127.0.0.1:" + exchange.port());
    facts.told(hub);
    facts.told(node("odd", "nowhere"));
    var answer = link.ask(hub, 0, new byte[1], LONG);
    var there = came.take();
    link.leaveGone(Set.of());
    assertEquals(1, peers.all().size(), "it is heard of");
    now.addAndGet(STALE.toNanos() + 1);
    link.leaveGone(Set.of());
    assertEquals(1, peers.all().size(), "something is under way");
    there.complete(new Answer.Done(new byte[1]));
    assertInstanceOf(Answer.Done.class, answer.get(LONG.toSeconds(), TimeUnit.SECONDS));
    link.leaveGone(Set.of());
    assertEquals(0, peers.all().size());
  }

  @Test
  void nobodyWaitsForAProcessThatWasRemovedFromTheCluster() throws Exception {
    var hub = node("hub", "127.0.0.1:" + exchange.port());
    facts.told(hub);
    var answer = link.ask(hub, 0, new byte[1], LONG);
    came.take();

    underWay.removed("127.0.0.1:2", true);
    assertFalse(answer.isDone(), "another process was");
    underWay.removed(hub.address(), true);

    var refused =
        assertInstanceOf(Answer.Refused.class, answer.get(LONG.toSeconds(), TimeUnit.SECONDS));
    assertEquals(Reason.UNREACHABLE, refused.reason());
    assertTrue(refused.mayHaveRun());
    assertTrue(refused.detail().contains("node at 127.0.0.1:1"), refused.detail());

    var next = link.ask(hub, 0, new byte[1], LONG);
    came.take().complete(new Answer.Done(new byte[1]));
    assertInstanceOf(Answer.Done.class, next.get(LONG.toSeconds(), TimeUnit.SECONDS));
  }

  @Test
  void aFrameThatIsSentAsItsNodeIsRemovedDoesNotWaitForIt() throws Exception {
    var hub = node("hub", "127.0.0.1:" + exchange.port());
    underWay.removed(hub.address(), true);
    var answer = link.ask(hub, 0, new byte[1], LONG);
    came.take(); // There is a connection.

    underWay.members(Set.of());
    underWay.members(Set.of());
    assertFalse(answer.isDone());
    exchange.close();
    removed(answer);
  }

  @Test
  void whoIsNoMemberOnceMayBeOneOfWhichOnlyTheFactsCame() throws Exception {
    var unconnected = new UnderWay(_ -> false);
    var link = Address.of("127.0.0.1:2");
    var early = new CompletableFuture<Answer>();
    var lost = new CompletableFuture<Answer>();
    unconnected.add("early:1", link, early);
    unconnected.add("lost:1", link, lost);

    unconnected.members(Set.of("other:1"));
    unconnected.members(Set.of("early:1"));
    assertInstanceOf(Answer.Refused.class, lost.get(LONG.toSeconds(), TimeUnit.SECONDS));
    assertFalse(early.isDone());

    unconnected.members(Set.of());
    unconnected.members(Set.of());
    assertInstanceOf(Answer.Refused.class, early.get(LONG.toSeconds(), TimeUnit.SECONDS));
  }

  @Test
  void aLinkedNodeThatIsHeardIsNotLostThoughItIsNoMember() throws Exception {
    var hub = node("hub", "127.0.0.1:" + exchange.port()).linked(Set.of("127.0.0.1:1"));
    facts.told(hub);
    var answer = link.ask(hub, 0, new byte[1], LONG);
    came.take();
    underWay.removed("127.0.0.1:1", true);
    assertFalse(answer.isDone(), "a member of this cluster was, at the same address");
    underWay.members(Set.of("region/hub"));
    underWay.members(Set.of("region/hub"));
    link.leaveGone(Set.of());
    assertFalse(answer.isDone(), "it is heard");

    underWay.members(Set.of());
    underWay.members(Set.of());
    exchange.close();
    removed(answer);
  }

  /** Told before its time is over that its node was removed, once the connection is seen to end. */
  private void removed(CompletableFuture<Answer> answer) throws Exception {
    while (!answer.isDone()) { // By then its time is over, which is another refusal.
      link.leaveGone(Set.of());
      var _ =
          CompletableFuture.anyOf(answer).completeOnTimeout(link, 10, TimeUnit.MILLISECONDS).get();
    }
    var refused = assertInstanceOf(Answer.Refused.class, answer.join());
    assertEquals(Reason.UNREACHABLE, refused.reason(), refused.detail());
    assertTrue(refused.mayHaveRun());
    assertTrue(refused.detail().contains("removed from the cluster"), refused.detail());
  }

  @Test
  void whoWasRemovedForReasonsUnknownAnswersWhileThereIsAConnection() throws Exception {
    var hub = node("hub", "127.0.0.1:" + exchange.port());
    facts.told(hub);
    var first = link.ask(hub, 0, new byte[1], LONG);
    var second = link.ask(hub, 0, new byte[1], LONG);
    came.take().complete(new Answer.Done(new byte[1]));
    came.take();

    underWay.removed(hub.address(), false);
    link.leaveGone(Set.of());
    assertInstanceOf(Answer.Done.class, first.get(LONG.toSeconds(), TimeUnit.SECONDS));
    assertFalse(second.isDone(), "it may have left by itself, and answers yet");

    exchange.close();
    removed(second);
  }
}
