package dev.weft.sim.world;

import akka.actor.ActorSystem;
import akka.actor.DynamicAccess;
import akka.cluster.ClusterActorRefProvider;
import akka.event.EventStream;
import akka.remote.RemoteActorRefProvider;
import akka.remote.RemoteTransport;
import org.jspecify.annotations.NullUnmarked;

/**
 * Akka's cluster over a world's network. Puts a {@link WorldTransport} in the place of Artery's
 * before that is started, so that no port is opened and no thread made. Made by Akka, from {@link
 * WorldConfig}.
 */
@NullUnmarked // as Akka's class is, which asks for the transport before there is one
public final class WorldProvider extends ClusterActorRefProvider {

  private WorldTransport transport;

  /** Called by Akka. */
  public WorldProvider(
      String name, ActorSystem.Settings settings, EventStream events, DynamicAccess access) {
    super(name, settings, events, access);
  }

  @Override
  public RemoteTransport transport() {
    if (transport == null) {
      exchange();
    }
    return transport;
  }

  /** Akka asks for its transport to start it, right after it has made one. */
  private void exchange() {
    try {
      var field = RemoteActorRefProvider.class.getDeclaredField("_internals");
      field.setAccessible(true);
      var made = field.get(this);
      if (made != null) {
        var kind = made.getClass();
        var artery = (RemoteTransport) kind.getMethod("transport").invoke(made);
        transport = new WorldTransport(artery.system(), this);
        var daemon = kind.getMethod("remoteDaemon").invoke(made);
        field.set(this, kind.getConstructors()[0].newInstance(transport, daemon));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Akka: %s (expected: a version whose transport can be exchanged)".formatted(e), e);
    }
  }
}
