package dev.weft.cluster.standby;

import com.typesafe.config.Config;
import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import dev.weft.persistence.mirror.FollowerStatus;
import dev.weft.persistence.mirror.MirrorFollower;
import dev.weft.persistence.mirror.MirrorOwner;
import dev.weft.persistence.mirror.MirroredBuffer;
import dev.weft.persistence.mirror.OwnerStatus;
import dev.weft.persistence.mirror.TakeoverWorld;
import dev.weft.persistence.mirror.Terms;
import dev.weft.persistence.outbox.Destination;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.segment.WriterThread;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in the mirroring of its site's edge buffers: has its own mirrored by the node whose
 * turn that is, and mirrors those of the nodes whose standby it is. Of whom it has something it
 * goes on asking, and sends that while the node is lost, also when another one is its standby by
 * now.
 */
public final class Standby implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Standby.class);

  private final NodeId here;
  private final StandbySettings settings;
  private final FactBook facts;
  private final Peers peers;
  private final Config config;
  private final RandomGenerator random;
  private final LongSupplier nanos;
  private final Optional<MirroredBuffer> buffer;
  private final Optional<MirrorOwner> owner;
  private final Optional<StandbyFiles> files;
  private final ConcurrentSkipListMap<NodeId, Following> following = new ConcurrentSkipListMap<>();
  private final ReentrantLock looking = new ReentrantLock();
  private final ReentrantLock sweeping = new ReentrantLock();
  private volatile Optional<NodeId> standby = Optional.empty();
  private volatile boolean isClosed;

  /** Why something stays that is to go, as it was told; of who sweeps. */
  private Optional<String> unswept = Optional.empty();

  /** One buffer that is mirrored here. */
  private record Following(PeerOwner link, MirrorFollower follower) {}

  private Standby(
      NodeId here,
      StandbySettings settings,
      FactBook facts,
      Peers peers,
      Optional<MirroredBuffer> buffer,
      Config config,
      RandomGenerator random,
      LongSupplier nanos) {
    this.here = here;
    this.settings = settings;
    this.facts = facts;
    this.peers = peers;
    this.config = config;
    this.random = random;
    this.nanos = nanos;
    this.buffer = buffer;
    this.files = settings.folder().map(folder -> new StandbyFiles(folder, here.site()));
    this.owner =
        buffer.map(
            own ->
                new MirrorOwner(
                    own.buffer(),
                    own.terms(),
                    settings.mirror(),
                    new WriterThread("weft-mirror-owner"),
                    new WriterThread("weft-mirror-watch")));
    owner.ifPresent(one -> buffer.orElseThrow().store().guard(Optional.of(one)));
  }

  /**
   * Begins; nothing is mirrored before {@link #look}.
   *
   * @param facts of the nodes, this one's among them
   * @param peers stays the caller's
   * @param buffer of this node, if it has one in the clear
   * @param config for how a lost owner's records are sent
   * @param nanos monotonic time
   */
  public static Standby start(
      NodeId here,
      FactBook facts,
      Peers peers,
      Optional<MirroredBuffer> buffer,
      Config config,
      RandomGenerator random,
      LongSupplier nanos) {
    var settings = StandbySettings.from(config);
    var own = settings.isEnabled() ? buffer : Optional.<MirroredBuffer>empty();
    return new Standby(here, settings, facts, peers, own, config, random, nanos);
  }

  /** Who answers this node's standby. */
  public StandbyDesk desk() {
    return new StandbyDesk(owner, () -> standby);
  }

  /**
   * Looks at who is there, and begins and ends what follows from that. To be called again and
   * again; while one call reads a large mirror the others do nothing.
   */
  public void look() {
    if (!settings.isEnabled() || !looking.tryLock()) {
      return;
    }
    try {
      if (!isClosed) {
        lookOnce();
      }
    } finally {
      looking.unlock();
    }
    sweep();
  }

  /** What is to go is no mirror any more, so whoever looks meanwhile does not wait. */
  private void sweep() {
    if (files.isEmpty() || !sweeping.tryLock()) {
      return;
    }
    try {
      files.get().sweep();
      unswept = Optional.empty();
    } catch (IOException e) {
      var why = Optional.of(String.valueOf(e.getMessage()));
      if (!why.equals(unswept)) {
        LOG.warn("mirrored buffers: not deleted: {}", why.get());
      }
      unswept = why;
    } finally {
      sweeping.unlock();
    }
  }

  private void lookOnce() {
    var there = facts.of(here.site());
    standby = owner.flatMap(_ -> StandbyRule.of(here, there));
    owner.ifPresent(one -> one.standby(standby.map(NodeId::toString)));
    if (files.isEmpty()) {
      return;
    }
    var kept = new TreeSet<NodeId>();
    following.forEach(
        (node, one) -> {
          if (!one.follower().isEmpty()) {
            kept.add(node);
          }
        });
    try {
      kept.addAll(files.get().owners());
    } catch (IOException e) {
      LOG.warn("mirrored buffers: {}", e.getMessage());
    }
    var owners = new TreeSet<NodeId>(kept);
    for (var node : there) {
      if (node.state().buffer().isKept()) {
        owners.add(node.id());
      }
    }
    owners.remove(here);
    endIdle(owners);
    for (var node : owners) {
      var isOurs = StandbyRule.of(node, there).equals(Optional.of(here));
      if ((isOurs || kept.contains(node)) && !following.containsKey(node)) {
        begin(node);
      }
      var mirrored = following.get(node);
      if (mirrored != null) {
        facts.find(node).flatMap(Standby::address).ifPresent(mirrored.link()::at);
        mirrored.follower().turn(isOurs);
      }
    }
  }

  /** Nodes that are gone, and of which nothing is here any more. */
  private void endIdle(Set<NodeId> owners) {
    for (var one : following.entrySet()) {
      if (!owners.contains(one.getKey()) && one.getValue().follower().isEmpty()) {
        one.getValue().follower().close();
        following.remove(one.getKey());
      }
    }
  }

  /** Empty if what it tells is none. */
  private static Optional<Address> address(NodeFacts node) {
    try {
      return Optional.of(node.id().at(node.link()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void begin(NodeId node) {
    var link = new PeerOwner(peers);
    try {
      var follower =
          new MirrorFollower(
              settings.mirror(),
              link,
              files.orElseThrow().shelf(node),
              world(),
              new WriterThread("weft-mirror-" + node.name()),
              settings.startGrace(),
              nanos.getAsLong(),
              what -> LOG.warn("buffer of {}: the node {}", node, what));
      following.put(node, new Following(link, follower));
    } catch (IOException e) {
      LOG.warn("buffer of {}: not mirrored: {}", node, e.getMessage());
    }
  }

  private TakeoverWorld world() {
    return new TakeoverWorld(
        InstantSource.system(),
        random,
        this::sending,
        this::sink,
        () -> new WriterThread("weft-takeover"));
  }

  private OutboxSettings sending(Terms.Upload upload) {
    return OutboxSettings.from(
        config.getConfig("weft.persistence.outbox"), upload.sink(), upload.tags());
  }

  /** A folder's name means another folder on another machine. */
  private Sink sink(Terms.Upload upload) {
    if (!upload.destination().contains("://") && !settings.isToFolders()) {
      throw new IllegalArgumentException(
          ("'%s': a folder of the owner's (expected: an address; if both nodes have the same"
                  + " folder there: weft.cluster.standby.to-folders = on)")
              .formatted(upload.destination()));
    }
    return new Destination(upload.destination()).sink(sending(upload).answerTimeout());
  }

  /** What to tell others of it. */
  public BufferFacts facts() {
    var own = owner.map(MirrorOwner::status).orElse(OwnerStatus.alone());
    var mirrored = new ArrayList<BufferFacts.Mirrored>();
    following.forEach((node, one) -> mirrored.add(mirrored(node, one.follower().status())));
    return new BufferFacts(
        owner.isPresent(),
        settings.isEnabled() && files.isPresent() && !isClosed,
        own.standby(),
        own.isHeard(),
        own.isInStep(),
        own.lagNumbers(),
        own.lagBytes(),
        own.lag(),
        own.trouble(),
        mirrored);
  }

  private static BufferFacts.Mirrored mirrored(NodeId node, FollowerStatus status) {
    var sending = status.sending();
    return new BufferFacts.Mirrored(
        node.toString(),
        status.through(),
        status.bytes(),
        sending.map(FollowerStatus.Sending::begun),
        sending.flatMap(FollowerStatus.Sending::firstSent),
        sending.map(FollowerStatus.Sending::acknowledged).orElse(0L),
        sending.flatMap(FollowerStatus.Sending::trouble).or(status::trouble));
  }

  /** From here on nothing waits for the standby, and nothing is mirrored. */
  @Override
  public void close() {
    isClosed = true;
    looking.lock();
    try {
      following.values().forEach(one -> one.follower().close());
      following.clear();
    } finally {
      looking.unlock();
    }
    buffer.ifPresent(own -> own.store().guard(Optional.empty()));
    owner.ifPresent(MirrorOwner::close);
  }
}
