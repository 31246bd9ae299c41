import { testShort } from './short.js';
import { tenantsApart } from './tenants-apart.js';

testShort(tenantsApart);
