package dev.weft.fabric.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResidencyTest {

  private static final Residency GERMANY = Residency.within(Set.of("eu-de"));
  private static final Residency EUROPE = Residency.within(List.of("eu-de", "eu-fr"));
  private static final Residency AMERICA = Residency.within(Set.of("us"));

  @Test
  void whatSeveralSayHoldsTogether() {
    assertEquals(GERMANY, EUROPE.and(GERMANY));
    assertEquals(EUROPE, EUROPE.and(Residency.anywhere()));
    assertEquals(EUROPE, Residency.anywhere().and(EUROPE));
    assertTrue(EUROPE.and(AMERICA).isNowhere());
    assertTrue(EUROPE.and(AMERICA).and(GERMANY).isNowhere());
    assertEquals("device-only, eu-de", GERMANY.and(Residency.onDevice()).toString());
    assertTrue(EUROPE.and(AMERICA).and(Residency.onDevice()).isNowhere());
  }

  @Test
  void admitsOnlyTheDeviceOrAZoneOfTheList() {
    assertTrue(Residency.anywhere().admits(Set.of(), false));
    assertTrue(Residency.onDevice().admits(Set.of(), true));
    assertFalse(Residency.onDevice().admits(Set.of("eu-de"), false));
    assertTrue(EUROPE.admits(Set.of("eu", "eu-fr"), false));
    assertFalse(EUROPE.admits(Set.of("us"), true));
    assertFalse(GERMANY.and(Residency.onDevice()).admits(Set.of("us"), true));
    assertTrue(GERMANY.and(Residency.onDevice()).admits(Set.of("eu-de"), true));
    assertFalse(GERMANY.and(Residency.onDevice()).admits(Set.of("eu-de"), false));
    assertFalse(EUROPE.and(AMERICA).admits(Set.of("us", "eu-de"), true));
  }

  @Test
  void aNodeThatSaysNothingOfItsZonesIsInNone() {
    assertFalse(EUROPE.admits(Set.of(), true));
    assertFalse(EUROPE.admits(Set.of(), false));
  }

  @Test
  void isReadAsItIsWritten() {
    for (var each :
        List.of(GERMANY, EUROPE, Residency.onDevice(), EUROPE.and(Residency.onDevice()))) {
      assertEquals(each, Residency.parse(each.toString()));
    }
    assertEquals(EUROPE, Residency.parse(" eu-fr ,eu-de"));
  }

  @Test
  void neverMeansAnywhereByMistake() {
    for (var wrong : List.of("", " ", "eu-de,", ",", "EU", "eu de", "device_only", "-")) {
      var refused =
          assertThrows(IllegalArgumentException.class, () -> Residency.parse(wrong), wrong);
      assertTrue(String.valueOf(refused.getMessage()).contains("expected"), wrong);
    }
    assertFalse(Residency.parse("anywhere").admits(Set.of("eu-de"), true), "a zone of that name");
    var many = String.join(",", IntStream.range(0, 65).mapToObj(i -> "z" + i).toList());
    assertThrows(IllegalArgumentException.class, () -> Residency.parse(many));
    assertEquals(new TreeSet<>(Set.of("eu-de", "eu-fr")), EUROPE.zones().orElseThrow());
  }
}
