package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;

class ReadingOrderTest {

  private static RotatedBox box(double x, double y, double width, double degrees) {
    var angle = Math.toRadians(degrees);
    return new RotatedBox(x, y, Math.cos(angle), Math.sin(angle), width, 10);
  }

  @Test
  void readsASlantedPageAlongItsSlant() {
    var slant = Math.toRadians(8);
    var expected = new ArrayList<RotatedBox>();
    for (var row = 0; row < 3; row++) {
      for (var column = 0; column < 4; column++) {
        var x = column * 120.0;
        var y = row * 16.0;
        expected.add(
            box(
                x * Math.cos(slant) - y * Math.sin(slant),
                x * Math.sin(slant) + y * Math.cos(slant),
                80,
                8));
      }
    }
    var seed = 5L;
    var random = new Random(seed);
    for (var round = 0; round < 20; round++) {
      var shuffled = new ArrayList<>(expected);
      Collections.shuffle(shuffled, random);
      assertEquals(expected, ReadingOrder.of(shuffled, Function.identity()), "seed " + seed);
    }
  }

  @Test
  void ordersNothingAndOne() {
    assertEquals(List.of(), ReadingOrder.of(List.<RotatedBox>of(), Function.identity()));
    var one = List.of(box(1, 2, 3, 4));
    assertEquals(one, ReadingOrder.of(one, Function.identity()));
  }

  @Test
  void beginsABoxAtItsTopLeftWhicheverCornerComesFirst() {
    var corners = new Coordinate[4];
    for (var shift = 0; shift < 4; shift++) {
      for (var sense = 0; sense < 2; sense++) {
        for (var i = 0; i < 4; i++) {
          var from = Math.floorMod((sense == 0 ? i : -i) + shift, 4);
          corners[i] = new Coordinate(from == 1 || from == 2 ? 30 : 10, from >= 2 ? 9 : 5);
        }
        var box = RotatedBox.of(corners);
        assertEquals(20, box.width());
        assertEquals(4, box.height());
        assertEquals(10, box.cornerX(0));
        assertEquals(5, box.cornerY(0));
        assertEquals(30, box.cornerX(1));
        assertEquals(9, box.cornerY(2));
        assertEquals(10, box.cornerX(3));
      }
    }
  }
}
