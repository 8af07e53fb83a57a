import leftPad from 'left-pad';
import { secret } from '@sluice/contract/src/secret.ts';
import { fakeClock } from '@sluice/testing';
import { Engine } from '../../contract/src/index.ts';

// A comment may say first-plugin, and text may say import('left-pad').
export const engine = { leftPad, secret, fakeClock, Engine, special: { firstPlugin: "import('left-pad')" } };
