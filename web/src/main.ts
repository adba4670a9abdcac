import { mount } from 'svelte';
import App from './App.svelte';
import { preferences } from './state/preferences.svelte';
import './style/base.css';
import './style/print.css';

preferences.apply();
const target = document.getElementById('app');
if (!target) throw new Error('the page has no place for the console');
export default mount(App, { target });
