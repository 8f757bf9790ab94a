package dev.weft.stages.image;

import org.locationtech.jts.geom.Coordinate;

/**
 * A rectangle at any angle; x to the right, y down.
 *
 * @param rightX x of the unit vector along the upper side; never negative, so that the corners
 *     start at the top left for text within 45 degrees of upright
 * @param rightY y of that vector
 * @param width along that vector
 * @param height across it
 */
record RotatedBox(
    double centerX, double centerY, double rightX, double rightY, double width, double height) {

  /** The rectangle through the first four of {@code corners}, which go round in either sense. */
  static RotatedBox of(Coordinate[] corners) {
    var centerX = (corners[0].x + corners[2].x) / 2;
    var centerY = (corners[0].y + corners[2].y) / 2;
    var firstX = corners[1].x - corners[0].x;
    var firstY = corners[1].y - corners[0].y;
    var secondX = corners[2].x - corners[1].x;
    var secondY = corners[2].y - corners[1].y;
    var first = Math.hypot(firstX, firstY);
    var second = Math.hypot(secondX, secondY);
    if (Math.abs(firstX) / first >= Math.abs(secondX) / second) {
      var sign = Math.copySign(1, firstX);
      return new RotatedBox(
          centerX, centerY, sign * firstX / first, sign * firstY / first, first, second);
    }
    var sign = Math.copySign(1, secondX);
    return new RotatedBox(
        centerX, centerY, sign * secondX / second, sign * secondY / second, second, first);
  }

  double minSide() {
    return Math.min(width, height);
  }

  /** Moves every side outwards by {@code distance}. */
  RotatedBox grownBy(double distance) {
    return new RotatedBox(
        centerX, centerY, rightX, rightY, width + 2 * distance, height + 2 * distance);
  }

  boolean contains(double x, double y) {
    var dx = x - centerX;
    var dy = y - centerY;
    return Math.abs(dx * rightX + dy * rightY) <= width / 2
        && Math.abs(dy * rightX - dx * rightY) <= height / 2;
  }

  /** Half the extent along the x axis. */
  double reachX() {
    return (Math.abs(rightX) * width + Math.abs(rightY) * height) / 2;
  }

  /** Half the extent along the y axis. */
  double reachY() {
    return (Math.abs(rightY) * width + Math.abs(rightX) * height) / 2;
  }

  /** x of corner 0 to 3: top left, top right, bottom right, bottom left. */
  double cornerX(int corner) {
    return centerX + sideways(corner) * rightX - downwards(corner) * rightY;
  }

  /** y of corner 0 to 3. */
  double cornerY(int corner) {
    return centerY + sideways(corner) * rightY + downwards(corner) * rightX;
  }

  private double sideways(int corner) {
    return (corner == 1 || corner == 2 ? width : -width) / 2;
  }

  private double downwards(int corner) {
    return (corner >= 2 ? height : -height) / 2;
  }
}
