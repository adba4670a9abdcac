/** The words of the console, a file per page. */
import account from './account.json';
import addresses from './addresses.json';
import administration from './administration.json';
import calls from './calls.json';
import connectors from './connectors.json';
import explorer from './explorer.json';
import incidents from './incidents.json';
import map from './map.json';
import organizations from './organizations.json';
import outages from './outages.json';
import privacy from './privacy.json';
import report from './report.json';
import rules from './rules.json';
import sectors from './sectors.json';
import settings from './settings.json';
import shared from './shared.json';
import shifts from './shifts.json';
import tasks from './tasks.json';
import themes from './themes.json';
import wall from './wall.json';

export default {
  ...account,
  ...addresses,
  ...administration,
  ...calls,
  ...connectors,
  ...explorer,
  ...incidents,
  ...map,
  ...organizations,
  ...outages,
  ...privacy,
  ...report,
  ...rules,
  ...sectors,
  ...settings,
  ...shared,
  ...shifts,
  ...tasks,
  ...themes,
  ...wall,
};
