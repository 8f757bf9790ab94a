package dev.weft.fabric.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a mistyped name was meant to be. */
class NearestNameTest {

  @Test
  void findsTheNearestName() {
    var known = List.of("owner", "summary", "optional");

    assertEquals(Optional.of("owner"), NearestName.of("onwer", known));
    assertEquals(Optional.of("owner"), NearestName.of("Owner", known));
    assertEquals(Optional.of("summary"), NearestName.of("sumary", known));
    assertEquals(Optional.empty(), NearestName.of("deadline", known));
    assertEquals(Optional.empty(), NearestName.of("a", List.of("b")));
    assertEquals(Optional.empty(), NearestName.of("x".repeat(10_000), known));
  }
}
