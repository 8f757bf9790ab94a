package dev.weft.sim.world;

import akka.Done;
import akka.actor.ActorRef;
import akka.actor.ActorSelection$;
import akka.actor.ActorSelectionMessage;
import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.actor.InternalActorRef;
import akka.dispatch.Futures;
import akka.dispatch.sysmsg.SystemMessage;
import akka.event.Logging;
import akka.event.LoggingAdapter;
import akka.remote.AddressUidExtension;
import akka.remote.HeartbeatMessage;
import akka.remote.RemoteActorRef;
import akka.remote.RemoteActorRefProvider;
import akka.remote.RemoteTransport;
import akka.remote.UniqueAddress;
import akka.remote.artery.ThisActorSystemQuarantinedEvent;
import akka.serialization.Serialization;
import akka.serialization.Serialization$;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.NullUnmarked;
import scala.Option;
import scala.concurrent.Future;

/**
 * What Artery is to an actor system, over a world's {@link Network}. Messages are really
 * serialized, so what has no serializer is found; those to one machine keep their order. System
 * messages are sent again until they arrive. Who is quarantined is told so and heard no more; only
 * what is sent by path still goes there.
 */
@NullUnmarked // as Akka's class is
final class WorldTransport extends RemoteTransport {

  /** The port that all have in their addresses; nothing listens there. */
  static final int PORT = 2551;

  private static final String PROTOCOL = "akka";
  private static final Duration SYSTEM_MESSAGE_AGAIN = Duration.ofSeconds(1);

  /** In place of a life, where no process is. */
  private static final int NOBODY = -1;

  /** Paths that are kept as text. */
  private static final int PATHS_MAX = 1024;

  /** A message as it goes over a wire. */
  private record Letter(
      long origin, String to, String sender, int serializer, String manifest, byte[] bytes) {}

  private final Host host;
  private final int life;
  private final Network network;
  private final Address address;
  private final LoggingAdapter log;
  private final Map<ActorRef, String> paths = new HashMap<>();
  private final Map<String, Long> peers = new LinkedHashMap<>();
  private final Set<Long> quarantined = new LinkedHashSet<>();
  private long uid;
  private boolean isDown;

  WorldTransport(ExtendedActorSystem system, RemoteActorRefProvider provider) {
    super(system, provider);
    host = WorldConfig.host(system.settings().config());
    life = host.life();
    network = host.network();
    address = new Address(PROTOCOL, system.name(), host.name(), PORT);
    log = Logging.getLogger(system, WorldTransport.class);
  }

  @Override
  public void start() {
    uid = AddressUidExtension.get(system()).longAddressUid();
    host.receiveBy(this);
  }

  /** Undoes what keeps the actor system in memory for as long as the world's thread lives. */
  void letGo() {
    try {
      var cache =
          field(RemoteActorRefProvider.class, "actorRefResolveThreadLocalCache", provider());
      if (cache != null
          && field(cache.getClass(), "current", cache) instanceof ThreadLocal<?> own) {
        own.remove();
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Akka: %s (expected: a version whose cache of references can be emptied)".formatted(e),
          e);
    }
  }

  private static Object field(Class<?> of, String name, Object in)
      throws ReflectiveOperationException {
    var field = of.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(in);
  }

  @Override
  public Future<Done> shutdown() {
    isDown = true;
    return Futures.successful(Done.getInstance());
  }

  @Override
  public void send(Object message, ActorRef sender, RemoteActorRef to) {
    var peer = to.path().address().host().get();
    // By path, as heartbeats are sent, the next process there is found.
    if (isDown || (isQuarantined(peer) && !(message instanceof ActorSelectionMessage))) {
      return;
    }
    var isSystem = message instanceof SystemMessage;
    post(peer, isSystem, letter(message, sender, to));
  }

  private boolean isQuarantined(String peer) {
    var known = peers.get(peer);
    return known != null && quarantined.contains(known);
  }

  private Letter letter(Object message, ActorRef sender, RemoteActorRef to) {
    var serialization = SerializationExtension.get(system());
    try {
      return informed(
          system(),
          () -> {
            var serializer = serialization.findSerializerFor(message);
            return new Letter(
                uid,
                path(to),
                sender == null || sender == ActorRef.noSender() ? "" : path(sender),
                serializer.identifier(),
                Serializers.manifestFor(serializer, message),
                serializer.toBinary(message));
          });
    } catch (RuntimeException e) {
      host.world().problem("%s: %s cannot be sent: %s".formatted(host.name(), message, e));
      throw e;
    }
  }

  private String path(ActorRef ref) {
    if (paths.size() == PATHS_MAX) {
      paths.clear();
    }
    return paths.computeIfAbsent(ref, Serialization::serializedActorPath);
  }

  private void post(String peer, boolean isKept, Letter letter) {
    if (host.lives(life)) {
      var there = host.world().host(peer);
      var reader = there.isUp() ? there.life() : NOBODY;
      network.stream(host.name(), peer, isKept, () -> arrive(peer, reader, isKept, letter));
    }
  }

  /** A connection ends with the process that reads from it, and what is in it is lost. */
  private void arrive(String peer, int reader, boolean isKept, Letter letter) {
    var there = host.world().host(peer);
    var transport = there.transport();
    if (!isKept && reader != NOBODY && reader != there.life()) {
      return;
    }
    if (transport.isPresent()) {
      host.world().arrive(there, there.life(), () -> transport.get().receive(host.name(), letter));
    } else if (isKept) {
      host.world().after(SYSTEM_MESSAGE_AGAIN, () -> post(peer, true, letter));
    }
  }

  private void receive(String from, Letter letter) {
    if (isDown) {
      return;
    }
    try {
      if (quarantined.contains(letter.origin())) {
        if (!isHeartbeat(message(letter))) {
          tellQuarantined(from, letter.origin());
        }
        return;
      }
      peers.put(from, letter.origin());
      deliver(letter);
    } catch (RuntimeException e) {
      host.world()
          .problem("%s: %s cannot be read: %s".formatted(host.name(), letter.manifest(), e));
    }
  }

  /** Which Artery answers with no word of the quarantine ({@code InboundQuarantineCheck}). */
  private static boolean isHeartbeat(Object message) {
    return message instanceof HeartbeatMessage
        || message instanceof ActorSelectionMessage selection
            && selection.msg() instanceof HeartbeatMessage;
  }

  private Object message(Letter letter) {
    var serialization = SerializationExtension.get(system());
    return informed(
        system(),
        () ->
            serialization
                .deserialize(letter.bytes(), letter.serializer(), letter.manifest())
                .get());
  }

  private void deliver(Letter letter) {
    var message = message(letter);
    var to = (InternalActorRef) provider().resolveActorRef(letter.to());
    var sender =
        letter.sender().isEmpty()
            ? system().deadLetters()
            : provider().resolveActorRef(letter.sender());
    deliver(message, to, sender);
  }

  private static void deliver(Object message, InternalActorRef to, ActorRef sender) {
    switch (message) {
      case ActorSelectionMessage selection ->
          ActorSelection$.MODULE$.deliverSelection(to, sender, selection);
      case SystemMessage system -> to.sendSystemMessage(system);
      default -> to.tell(message, sender);
    }
  }

  @Override
  public void quarantine(Address of, Option<Object> incarnation, String why) {
    var peer = of.host().get();
    if (incarnation.isDefined() && incarnation.get() instanceof Long one && quarantined.add(one)) {
      host.world().note("%s quarantines %s: %s".formatted(host.name(), peer, why));
      tellQuarantined(peer, one);
    }
  }

  private void tellQuarantined(String peer, long incarnation) {
    network.stream(
        host.name(),
        peer,
        false,
        () -> {
          var there = host.world().host(peer);
          there
              .transport()
              .ifPresent(
                  transport ->
                      host.world()
                          .arrive(
                              there,
                              there.life(),
                              () -> transport.onQuarantined(incarnation, address, uid)));
        });
  }

  private void onQuarantined(long incarnation, Address by, long byUid) {
    if (incarnation == uid && !isDown) {
      system()
          .eventStream()
          .publish(
              new ThisActorSystemQuarantinedEvent(
                  new UniqueAddress(address, uid), new UniqueAddress(by, byUid)));
    }
  }

  /** With what serializers need to know of where they are. */
  private static <T> T informed(ExtendedActorSystem system, Callable<T> work) {
    return Serialization$.MODULE$.withTransportInformation(
        system,
        () -> {
          try {
            return work.call();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Override
  public scala.collection.immutable.Set<Address> addresses() {
    return new scala.collection.immutable.Set.Set1<>(address);
  }

  @Override
  public Address defaultAddress() {
    return address;
  }

  @Override
  public Address localAddressForRemote(Address remote) {
    return address;
  }

  @Override
  public LoggingAdapter log() {
    return log;
  }
}
