package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.BatchCodec;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.MirrorPosition;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MirrorSiteTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private MirrorSite site;

  @BeforeEach
  void start() throws IOException {
    site = new MirrorSite(7);
    site.isFair = true;
    site.startOwner();
    site.startFollower();
    site.record(10);
    site.pass(SECOND);
  }

  private OwnerStatus owner() {
    return site.owner().orElseThrow().status();
  }

  private FollowerStatus follower() {
    return site.follower().orElseThrow().status();
  }

  @Test
  void whatIsAnsweredInStepIsAtTheStandby() {
    assertTrue(owner().isInStep());
    assertEquals(0, owner().lagBytes());
    site.kept.clear();
    site.safe.clear();
    site.record(20);
    site.pass(SECOND);
    assertEquals(site.kept, site.safe);
    assertFalse(site.safe.isEmpty());
  }

  @Test
  void noAnswerWaitsForAStandbyThatIsGone() {
    site.loseFollower(false);
    site.record(10);
    site.pass(SECOND);
    assertFalse(owner().isHeard());
    assertEquals(0, owner().waiting());
    var before = site.kept.size();
    site.record(20);
    site.pass(MirrorSite.TICK.multipliedBy(10));
    assertTrue(site.kept.size() > before);
  }

  @Test
  void aStandbyWithoutRoomSaysSoAndTheOwnerGoesOnAlone() {
    site.mirrorDisks.values().forEach(disk -> disk.limit(0));
    site.record(20);
    site.pass(SECOND.multipliedBy(2));
    assertFalse(owner().isInStep());
    assertTrue(owner().isHeard());
    assertTrue(owner().trouble().isPresent(), owner().toString());
    assertEquals(0, owner().waiting());
    site.mirrorDisks.values().forEach(disk -> disk.limit(Long.MAX_VALUE));
    site.pass(SECOND);
    assertTrue(owner().isInStep(), owner().toString());
    assertTrue(owner().trouble().isEmpty(), owner().toString());
    assertEquals(0, owner().lagBytes());
  }

  @Test
  void aSlowStandbyIsNotWaitedForBeyondTheBound() {
    site.link.cut(true);
    site.record(20);
    site.pass(MirrorSite.SETTINGS.aloneAfter().plus(MirrorSite.TICK.multipliedBy(10)));
    assertEquals(0, owner().waiting());
  }

  @Test
  void noAnswerWaitsForAReadThatHangs() {
    site.isOwnerHanging = true;
    site.record(20);
    site.pass(SECOND);
    assertFalse(owner().isInStep());
    assertEquals(0, owner().waiting());
    site.isOwnerHanging = false;
    site.pass(SECOND);
    assertTrue(owner().isInStep(), owner().toString());
  }

  @Test
  void aLinkThatFailsAsItMustNotIsToldAndAskedAgain() {
    site.link.broken(true);
    site.pass(SECOND);
    assertTrue(follower().trouble().orElseThrow().contains("a bug"), follower().toString());
    site.link.broken(false);
    site.pass(SECOND);
    assertTrue(owner().isInStep(), owner().toString());
    assertTrue(follower().trouble().isEmpty(), follower().toString());
  }

  @Test
  void aSourceThatIsBrokenIsToldAndTheOthersGoOn() {
    site.loseFollower(false);
    var broken = new SimulatedDisk(9);
    broken.put("mirror", new byte[] {1, 2, 3});
    site.mirrorDisks.put("broken", broken);
    assertDoesNotThrow(site::startFollower);
    site.record(10);
    site.pass(SECOND);
    assertTrue(owner().isInStep(), owner().toString());
    assertTrue(owner().trouble().isEmpty(), owner().toString());
    assertTrue(follower().trouble().orElseThrow().startsWith("broken: "), follower().toString());
  }

  @Test
  void aPositionThatTheOwnerNeverHadDoesNotCount() {
    site.loseFollower(false);
    site.pass(SECOND);
    var beyond = new MirrorPosition(1L << 40, Collections.emptySortedMap());
    var pull = new Pull(Optional.of(site.mirrorDisks.firstKey()), beyond, Optional.empty());
    var reply = site.owner().orElseThrow().answer("b", pull).toCompletableFuture();
    site.pass(MirrorSite.TICK);
    assertFalse(owner().isInStep());
    var refused = assertInstanceOf(Pulled.Refused.class, reply.join());
    assertEquals(Pulled.Reason.DIFFERS, refused.reason());
  }

  @Test
  void recordsOfALostOwnerAreSentFromWhereTheDestinationIs() throws IOException {
    site.pass(SECOND);
    var through = site.arrived().lastKey();
    site.isOwnerCut = true;
    site.record(30);
    // Durable here and there, and not sent yet.
    site.pass(Duration.ofMillis(60));
    site.loseOwner(false);
    site.seen.clear();
    site.pass(SECOND);
    assertTrue(follower().isLost());
    assertTrue(follower().sending().orElseThrow().firstSent().isPresent());
    for (var envelope : site.seen) {
      var batch = BatchCodec.decode(envelope, 1 << 20);
      assertTrue(batch.after() >= through, "after " + batch.after() + ", not " + through);
    }
    site.check(false);
    assertTrue(site.arrived().lastKey() > through);
  }

  @Test
  void aStandbyWhoseTurnIsOverAsksSlowlyAndSendsWhatItHasWhileTheOwnerIsLost() throws IOException {
    site.isOwnerCut = true;
    site.record(30);
    site.pass(Duration.ofMillis(60));
    site.owner().orElseThrow().standby(Optional.of("c"));
    site.follower().orElseThrow().turn(false);
    var before = site.link.asked();
    site.pass(SECOND.multipliedBy(3));
    assertFalse(follower().isLost());
    assertTrue(follower().sending().isEmpty());
    assertTrue(follower().trouble().isEmpty(), follower().toString());
    var asked = site.link.asked() - before;
    assertTrue(asked > 20 && asked <= 41, "questions in 3 s: " + asked);
    site.loseOwner(false);
    site.pass(SECOND);
    assertTrue(follower().isLost());
    assertTrue(follower().sending().orElseThrow().firstSent().isPresent());
    site.check(false);
  }

  @Test
  void aQuestionOfTheStandbyBeforeDoesNotCountForTheOneAfter() {
    site.loseFollower(false);
    site.pass(SECOND);
    var source = Optional.of(site.mirrorDisks.firstKey());
    var owner = site.owner().orElseThrow();
    var reply = owner.answer("b", new Pull(source, MirrorPosition.START, Optional.empty()));
    owner.standby(Optional.of("c"));
    site.pass(MirrorSite.TICK);
    assertFalse(owner().isHeard());
    var refused = assertInstanceOf(Pulled.Refused.class, reply.toCompletableFuture().getNow(null));
    assertEquals(Pulled.Reason.NOT_YOURS, refused.reason());
  }

  @Test
  void anOwnerThatIsBackSendsAgainItself() throws IOException {
    site.record(10);
    site.pass(Duration.ofMillis(60));
    site.loseOwner(true);
    site.pass(SECOND);
    assertTrue(follower().isLost());
    site.startOwner();
    site.record(10);
    site.pass(SECOND.multipliedBy(3));
    assertFalse(follower().isLost());
    assertTrue(follower().sending().isEmpty());
    assertTrue(owner().isInStep());
    site.check(true);
  }

  @Test
  void anOwnerWhoseBufferIsAnotherOneIsFollowedAndWhatTheOldOneHadIsSent() throws IOException {
    site.record(20);
    site.pass(Duration.ofMillis(60));
    site.loseOwner(false);
    site.pass(MirrorSite.TICK);
    var old = site.mirrorDisks.firstKey();
    for (var disk : new SimulatedDisk[] {site.ownerDisk, site.cursorDisk}) {
      delete(disk);
    }
    site.startOwner();
    site.record(5);
    site.pass(SECOND.multipliedBy(2));
    assertTrue(owner().isInStep(), owner().toString());
    assertTrue(site.inbox.through(old + "-cloud") > 0);
    site.pass(SECOND.multipliedBy(3));
    assertEquals(2, site.mirrorDisks.size(), "there are records of it that are sent nowhere");
  }

  /** Another site, whose owner sends everything. */
  private void sendAll() throws IOException {
    site = new MirrorSite(2, UploadTags.everything());
    site.isFair = true;
    site.startOwner();
    site.startFollower();
    site.record(10);
    site.pass(SECOND);
  }

  @Test
  void theMirrorOfABufferThatItsOwnerHasNoMoreIsDeletedOnceItIsSent() throws IOException {
    sendAll();
    site.isAllCut = true;
    site.record(10);
    site.pass(Duration.ofMillis(60));
    site.loseOwner(false);
    site.pass(MirrorSite.TICK);
    var old = site.mirrorDisks.firstKey();
    for (var disk : new SimulatedDisk[] {site.ownerDisk, site.cursorDisk}) {
      delete(disk);
    }
    site.startOwner();
    site.record(5);
    site.pass(SECOND.multipliedBy(5));
    assertEquals(2, site.mirrorDisks.size(), "the destination lacks something of it");
    site.isAllCut = false;
    site.pass(SECOND.multipliedBy(4));
    assertEquals(1, site.mirrorDisks.size());
    assertFalse(site.mirrorDisks.containsKey(old));
    assertFalse(site.mirrorCursors.containsKey(old));
    assertTrue(owner().isInStep(), owner().toString());
  }

  @Test
  void whatAnOwnerLeftForeverIsDeletedOnceItIsSentAndNotBefore() throws IOException {
    sendAll();
    site.record(20);
    site.pass(Duration.ofMillis(60));
    site.isAllCut = true;
    site.loseOwner(false);
    site.pass(SECOND.multipliedBy(40));
    assertEquals(1, site.mirrorDisks.size());
    assertFalse(site.follower().orElseThrow().isEmpty());
    site.isAllCut = false;
    site.pass(SECOND.multipliedBy(4));
    assertEquals(0, site.mirrorDisks.size());
    assertTrue(site.follower().orElseThrow().isEmpty());
    site.check(false);
    site.startOwner();
    site.record(5);
    site.pass(SECOND.multipliedBy(2));
    assertTrue(owner().isInStep(), "who is back after all is mirrored from its beginning");
  }

  @Test
  void whatIsNotDeletedIsToldAndTriedAgain() throws IOException {
    sendAll();
    site.shelf.isKeeping = true;
    site.loseOwner(false);
    site.pass(SECOND.multipliedBy(30));
    assertEquals(1, site.mirrorDisks.size());
    site.shelf.isKeeping = false;
    site.pass(SECOND.multipliedBy(8));
    assertEquals(0, site.mirrorDisks.size(), follower().toString());
    assertTrue(follower().trouble().isEmpty(), follower().toString());
  }

  private static void delete(SimulatedDisk disk) throws DiskException {
    for (var name : disk.list()) {
      disk.delete(name);
    }
  }
}
