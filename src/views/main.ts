/** The page's entry point: starts the services and mounts the application on them. */
import '../words/en/speak';
import { mount } from 'svelte';
import './palette.css';
import './tokens.css';
import './base.css';
import './print.css';
import { messageOf } from '../errors';
import App from './app.svelte';
import { createLab } from './lab';

const target = document.getElementById('app')!;

createLab().then(
  (lab) => {
    target.replaceChildren();
    // From here on the lab tells itself what goes wrong: see public/before-start.js.
    target.dataset.started = '';
    mount(App, { target, props: { lab } });
  },
  (error: unknown) => {
    target.textContent = `The lab could not start: ${messageOf(error)} Reload the page; if that does not help, use a browser of 2023 or later.`;
  },
);
