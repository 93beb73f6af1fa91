import "./style/tokens.css";
import "./style/base.css";
import "./app/prefs.svelte.ts";
import { mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target) mount(App, { target });
