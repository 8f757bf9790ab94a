package dev.weft.cluster.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelsTest {

  private static final Label STAGE =
      new Label(Label.Party.STAGE, "asr", Residency.within(Set.of("eu-de", "eu-fr")));
  private static final Label TENANT =
      new Label(Label.Party.TENANT, "acme", Residency.within(Set.of("eu-fr", "us")));

  @Test
  void aNodeMustSuitEveryLabel() {
    var labels = Labels.of(STAGE, TENANT);
    assertEquals(Residency.within(Set.of("eu-fr")), labels.all());
    assertTrue(labels.against(Set.of("eu-fr"), false).isEmpty());
    assertEquals(TENANT, labels.against(Set.of("eu-de"), false).orElseThrow());
    assertEquals(STAGE, labels.against(Set.of("us"), false).orElseThrow());
    assertEquals(STAGE, labels.against(Set.of(), false).orElseThrow());
  }

  @Test
  void aNodeInZonesOfEachLabelButNoneOfAllIsNotAllowed() {
    var labels = Labels.of(STAGE, TENANT);
    assertTrue(labels.against(Set.of("eu-de", "us"), false).isPresent());
  }

  @Test
  void aRequestCanOnlyNarrow() {
    var narrowed = Labels.of(STAGE).andOf(Map.of("residency", "eu-de, us"));
    assertEquals(Residency.within(Set.of("eu-de")), narrowed.all());
    assertEquals("the request: eu-de, us", narrowed.said().getLast().toString());
    assertSame(narrowed, narrowed.andOf(Map.of("tenant", "acme")));
    assertThrows(
        IllegalArgumentException.class, () -> Labels.none().andOf(Map.of("residency", "EU!")));
  }

  @Test
  void readsWhatTenantsAreKeptTo() {
    var settings =
        RouteSettings.from(
            ConfigFactory.parseString(
                    "weft.cluster.route.tenants { acme = \"eu-de, eu-fr\", \"a.b\" = device-only }")
                .withFallback(ConfigFactory.load()));
    assertEquals(Duration.ofSeconds(20), settings.dwell());
    assertEquals(Residency.within(Set.of("eu-de", "eu-fr")), settings.label("acme").residency());
    assertEquals(Residency.onDevice(), settings.label("a.b").residency());
    assertEquals(Residency.anywhere(), settings.label("someone").residency());
  }

  @Test
  void tellsWhatIsWrongWithASetting() {
    for (var wrong :
        List.of(
            "tenants { acme = \"EU\" }", "leave-share = 0.95", "dwell = -1s", "away-share = 0")) {
      var refused =
          assertThrows(
              ConfigException.class,
              () ->
                  RouteSettings.from(
                      ConfigFactory.parseString("weft.cluster.route { " + wrong + " }")
                          .withFallback(ConfigFactory.load())),
              wrong);
      assertTrue(String.valueOf(refused.getMessage()).contains("expected"), refused.getMessage());
    }
  }
}
