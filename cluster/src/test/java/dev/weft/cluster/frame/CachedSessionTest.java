package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.allocation.Arrivals;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.route.RouteSettings;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Security;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of which frames of sessions answers are kept. */
class CachedSessionTest {
  private static final Config CONFIG =
      ConfigFactory.parseString("akka.loglevel = WARNING").withFallback(ConfigFactory.load());
  private static final NodeId HERE = new NodeId(new SiteName("shop"), "till");
  private static final Duration TIME = Duration.ofSeconds(20);
  private static final RouteSettings SETTINGS = routes(Map.of("roaming", Residency.anywhere()));

  @TempDir private static Path folder;

  private final Weft weft = Weft.embedded(CONFIG);
  private final Peers peers =
      new Peers(
          HERE.toString(), ExchangeSettings.from(CONFIG), Security.none(), new SecureRandom());

  @AfterEach
  void close() {
    peers.close();
    weft.close();
  }

  private static RouteSettings routes(Map<String, Residency> tenants) {
    return new RouteSettings(0.9, 0.6, Duration.ZERO, 0.9, Duration.ofMinutes(1), tenants);
  }

  private Pipeline deploy(String name, Reach.Cached.By by) throws IOException {
    var model = folder.resolve("same.onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
    var cached = new Reach.Cached(by, Duration.ofHours(1), 64);
    var single = SingleModel.of(name, model);
    var reach = new Reach(Residency.anywhere(), List.of(Fallback.CACHED), Optional.of(cached));
    return weft.deploy(single.pipeline().reaching(reach), Map.of(name, single.stage()));
  }

  @Test
  void nothingOfASessionIsKeptWhoseTenantIsNotKnownWhereTenantsAreKeptToPlaces()
      throws IOException {
    var look = deploy("look", Reach.Cached.By.INPUTS);
    var asked = new CompletableFuture<SessionState>();
    var places = new Places((_, _) -> asked, TIME, 9, System::nanoTime, _ -> {});
    var way = sessions(SETTINGS, places);
    var request = Request.of(Map.of()).with(SessionWay.SESSION, "s");
    assertFalse(way.mayBeKept(look, request));
    places.of("shop/s", "acme");
    assertFalse(way.mayBeKept(look, request));
    asked.completeExceptionally(new SessionException(SessionRefusal.NOT_OPEN, "it is not open"));
    assertTrue(way.mayBeKept(look, request));
    assertFalse(way.mayBeKept(look, request.with("residency", "us-east")));
    assertFalse(way.mayBeKept(look, request.with("residency", "?")));

    var free = routes(Map.of());
    var unknown = Request.of(Map.of()).with(SessionWay.SESSION, "t");
    assertFalse(way.mayBeKept(look, unknown));
    assertTrue(sessions(free, places).mayBeKept(look, unknown));
  }

  @Test
  void theLastAnswerOfASessionIsNotGivenOnceItIsClosed() throws IOException {
    var session = deploy("session", Reach.Cached.By.SESSION);
    var inputs = deploy("inputs", Reach.Cached.By.INPUTS);
    var asked = new CompletableFuture<SessionState>();
    var places = new Places((_, _) -> asked, TIME, 9, System::nanoTime, _ -> {});
    var free = routes(Map.of());
    var way = sessions(free, places);
    var request = Request.of(Map.of()).with(SessionWay.SESSION, "s");
    places.of("shop/s", "acme");
    assertTrue(way.mayBeKept(session, request));
    asked.completeExceptionally(new SessionException(SessionRefusal.CLOSED, "it is closed"));
    assertFalse(way.mayBeKept(session, request));
    assertTrue(way.mayBeKept(inputs, request));
  }

  private SessionWay sessions(RouteSettings settings, Places places) {
    var link =
        FrameLink.of(
            new FactBook(TIME, 9, System::nanoTime),
            peers,
            new LinkDefaults(Duration.ofMillis(1), 10_000_000),
            new PackRule(false));
    return new SessionWay(
        HERE,
        new BoundsBook(HERE, Set.of("eu-de"), settings),
        places,
        link,
        weft.tensors(),
        System::nanoTime,
        new WayCounters(),
        Arrivals.of(9, CONFIG, System::nanoTime));
  }
}
