import { render } from "preact";
import { App } from "./app.tsx";
import { LiveFeed } from "./live/feed.ts";
import "./style.css";

const live = new LiveFeed();
const page = document.getElementById("page");
if (page !== null) {
  render(<App live={live} />, page);
  void live.follow();
}
