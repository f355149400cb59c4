import { render } from "preact";
import { App } from "./app";
import { read } from "./island";

render(<App report={read()} />, document.getElementById("app")!);
