'use strict';

// Writes demo/directory.ldif, the demonstration directory that demo/README.md describes. The same bytes every time.

const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const DOMAIN = 'brannoc.example';
const BASE = 'DC=brannoc,DC=example';
const DOMAIN_SID = [21, 1004336348, 1177238915, 682003330];
const DISABLED = '514';
const ENABLED = '512';

/** name | title | extension; a manager is named first in its department. `!` in front: disabled. */
const DEPARTMENTS = {
  'Executive Office': `
    Margaret Ashdown-Pryce | Chief Executive | 2000
    Tobias Wrenfield | Medical Director | 2001
    Ifeoma Okonjo | Director of Nursing | 2002`,
  Switchboard: `
    Dorothy Quillfeather | Switchboard Manager | 1000
    Samir Benhaddou | Senior Operator | 1001
    Agnieszka Żółtowska | Operator | 1002
    Col Trevanion | Operator | 1003
    Mei-Ling Tan | Operator | 1004
    Bronagh Mac Aodha | Night Operator | 1005`,
  'Emergency Department': `
    Rhiannon Pugh-Cadwaladr | Consultant in Emergency Medicine | 3100
    José Iriarte | Consultant in Emergency Medicine | 3101
    Kwabena Asante | Specialty Registrar | 3102
    Freya Holmbäck | Specialty Registrar | 3103
    Declan O'Hanlon | Charge Nurse | 3110
    Priya Venkataraman | Staff Nurse | 3111
    Lucas Tremblay | Staff Nurse | 3112
    Hattie Sparrow | Receptionist | 3120`,
  Cardiology: `
    Anders Sørlie | Consultant Cardiologist | 3200
    Yasemin Gündoğan | Consultant Cardiologist | 3201
    Oluwaseun Adeyemi | Specialty Registrar | 3202
    Grace Lindqvist | Cardiac Physiologist | 3210
    Thomas Birtwhistle | Charge Nurse | 3211
    Noor Al-Rashid | Ward Clerk | 3220`,
  Maternity: `
    Eleanor Fairweather | Head of Midwifery | 3300
    Chiara Bellandi | Consultant Obstetrician | 3301
    Siobhán Ní Dhomhnaill | Midwife | 3310
    Abena Mensah | Midwife | 3311
    Lotte van der Velde | Midwife | 3312
    Jasmine Cole | Ward Clerk | 3320`,
  'Surgery + Theatres': `
    Henrik Ødegaard | Consultant Surgeon | 3400
    Marisol Núñez | Consultant Anaesthetist | 3401
    Dmitri Voronov | Specialty Registrar | 3402
    Ruth Abernethy | Theatre Manager | 3410
    Kofi Boateng | Operating Department Practitioner | 3411
    !Gerald Mountjoy | Consultant Surgeon | 3403`,
  Radiology: `
    Hélène Marchetti | Consultant Radiologist | 3500
    Viktor Čermák | Superintendent Radiographer | 3510
    Sunita Raghunathan | Radiographer | 3511
    Owen Llewellyn | Radiographer | 3512
    Zofia Wiśniewska | Sonographer | 3513`,
  Pharmacy: `
    Ambrose Kettlewell | Chief Pharmacist | 3600
    Linh Nguyễn | Clinical Pharmacist | 3601
    Fatoumata Diallo | Clinical Pharmacist | 3602
    Piers Godolphin | Pharmacy Technician | 3610
    Ingrid Halvorsen | Pharmacy Technician | 3611`,
  'Estates and Facilities': `
    Winifred Stroud | Head of Estates | 4000
    Darragh Keane | Electrical Supervisor | 4001
    Bogdan Petrescu | Lift Engineer | 4002
    Maisie Thackeray | Head Porter | 4010
    Elijah Fontaine | Porter | 4011
    Stan Jessop | Porter | 4012`,
  'Information Technology': `
    Nadia Haddad | Head of Digital Services | 5000
    Gareth Ellis-Rees | Telephony Engineer | 5001
    Jürgen Weißmüller | Network Engineer | 5002
    Aroha Ngata | Service Desk Analyst | 5010
    李 伟 | Database Administrator | 5003`,
  'People and Culture': `
    Constance Merriweather | Director of People | 2100
    Rafael Domingos | Recruitment Adviser | 2101
    Tilly Barraclough | Payroll Officer | 2102
    Efua Darko | Occupational Health Nurse | 2103`,
};

/** Names that have to be escaped in a DN (RFC 4514): a comma, quotes, a leading number sign, a trailing blank, a backslash. */
const COMMON_NAMES = {
  "Declan O'Hanlon": "O'Hanlon, Declan",
  'Col Trevanion': 'Colin "Col" Trevanion',
  'Maisie Thackeray': '#1 Porter - Maisie Thackeray',
  'Hattie Sparrow': 'Hattie Sparrow ',
  'Stan Jessop': 'Stan Jessop <Nights> A\\B',
};

/** Two people, one mailbox: what job sharing looks like in a directory. */
const SHARED_MAIL = { 'Noor Al-Rashid': 'cardiology.ward', 'Grace Lindqvist': 'cardiology.ward' };

/** Groups: RID, description, members by department, person (`=name`) or group (`@name`). */
const GROUPS = {
  'Domain Users': [513, 'All domain users', []],
  'Switchboard Operators': [1101, 'Answer 0 and 01632 960000; primary group of the operators', ['=Nadia Haddad']],
  'Emergency Department': [1102, 'Resus, majors, minors and the front desk', ['Emergency Department']],
  Cardiology: [1103, 'Coronary care unit and catheter lab', ['Cardiology']],
  Maternity: [1104, 'Labour ward and community midwives', ['Maternity']],
  'Surgery + Theatres': [1105, 'Theatres 1 to 6, recovery, day surgery', ['Surgery + Theatres']],
  Radiology: [1106, 'X-ray, CT, MRI and ultrasound', ['Radiology']],
  Pharmacy: [1107, 'Dispensary and ward pharmacists', ['Pharmacy']],
  'Estates and Facilities': [1108, 'Lifts, power, porters', ['Estates and Facilities']],
  'Information Technology': [1109, 'Telephony, networks, service desk', ['Information Technology']],
  'Clinical Staff': [
    1110,
    'Everybody who treats patients',
    ['@Emergency Department', '@Cardiology', '@Maternity', '@Surgery + Theatres', '@Radiology', '@Pharmacy'],
  ],
  'All Staff': [
    1111,
    'The whole trust',
    [
      ...['@Clinical Staff', '@Switchboard Operators', '@Estates and Facilities', '@Information Technology'],
      ...['Executive Office', 'People and Culture'],
    ],
  ],
  // These two contain each other, as happens in directories that have grown.
  'On Call': [1112, 'Reached by the operators out of hours', ['@Crash Team', '=Gareth Ellis-Rees', '=Bogdan Petrescu']],
  'Crash Team': [
    1113,
    'Cardiac arrest calls, 2222',
    ['@On Call', '=Kwabena Asante', '=Oluwaseun Adeyemi', '=Marisol Núñez', "=Declan O'Hanlon"],
  ],
};
const PRIMARY_GROUPS = { Switchboard: 'Switchboard Operators' };

/** RFC 4514, 2.4. */
function escapeRdn(value) {
  return value
    .replace(/[\\",+;<>=]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/ $/, '\\ ');
}

/** A stable objectGUID: a version 4 GUID in Active Directory's byte order, made from the name. */
function guid(name) {
  const bytes = createHash('sha256').update(`switchboard-demo:${name}`).digest().subarray(0, 16);
  bytes[7] = (bytes[7] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes;
}

/** objectSid as MS-DTYP 2.4.2.2 lays it out. */
function sid(rid) {
  const parts = [...DOMAIN_SID, rid];
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes[0] = 1;
  bytes[1] = parts.length;
  bytes[7] = 5;
  parts.forEach((part, index) => bytes.writeUInt32LE(part, 8 + 4 * index));
  return bytes;
}

/** One LDIF line (RFC 2849), base64 where needed, folded at 76 characters. */
function line(name, value) {
  const isSafe = typeof value === 'string' && /^[!-9;=-~]([ -~]*[!-~])?$/.test(value);
  const text = isSafe ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`;
  return `${text.replace(/^.{76}|.{75}/g, '$&\n ').replace(/\n $/, '')}\n`;
}

function entry(dn, attributes) {
  const lines = Object.entries(attributes).flatMap(([name, values]) => [values].flat().map((one) => line(name, one)));
  return `${line('dn', dn)}${lines.join('')}\n`;
}

/** First letter of the first name, dot, last name, in plain letters. */
function accountName(first, last) {
  const plain = (text) =>
    text
      .replace(
        /[ŁłŻżØøßđĐ]/g,
        (letter) => ({ Ł: 'L', ł: 'l', Ż: 'Z', ż: 'z', Ø: 'O', ø: 'o', ß: 'ss', đ: 'd', Đ: 'D' })[letter],
      )
      .replace(/[İı]/g, 'i')
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase();
  return `${plain(first).slice(0, 1)}.${plain(last)}`;
}

function people() {
  let rid = 1200;
  return Object.entries(DEPARTMENTS).flatMap(([department, text]) => {
    const rows = text
      .trim()
      .split('\n')
      .map((row) => row.trim().split(' | '));
    return rows.map(([marked, title, extension], index) => {
      const name = marked.replace(/^!/, '');
      const [first, ...rest] = name.split(' ');
      const isChinese = /\p{Script=Han}/u.test(name);
      const [givenName, surname] = isChinese ? [rest.join(' '), first] : [first, rest.join(' ')];
      const account = isChinese ? 'w.li' : accountName(givenName, surname);
      const manager = index === 0 ? 'Margaret Ashdown-Pryce' : rows[0][0];
      return {
        ...{ name, title, extension, department, givenName, surname, account, rid: ++rid },
        isDisabled: marked.startsWith('!'),
        manager: manager === name ? null : manager,
        dn: `CN=${escapeRdn(COMMON_NAMES[name] ?? name)},OU=${escapeRdn(department)},OU=Staff,${BASE}`,
      };
    });
  });
}

const groupDn = (name) => `CN=${escapeRdn(name)},OU=Groups,${BASE}`;

function personEntry(person, byName) {
  const primaryGroup = PRIMARY_GROUPS[person.department];
  const isConsultant = person.title.includes('Consultant') || person.title.includes('Registrar');
  return entry(person.dn, {
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    cn: COMMON_NAMES[person.name] ?? person.name,
    objectGUID: guid(person.account),
    objectSid: sid(person.rid),
    sAMAccountName: person.account,
    userPrincipalName: `${person.account}@${DOMAIN}`,
    userAccountControl: person.isDisabled ? DISABLED : ENABLED,
    primaryGroupID: String(primaryGroup ? GROUPS[primaryGroup][0] : 513),
    displayName: isConsultant ? `Dr ${person.name}` : person.name,
    givenName: person.givenName,
    sn: person.surname,
    title: person.title,
    department: person.department,
    company: "St Brannoc's Hospitals Trust",
    mail: `${SHARED_MAIL[person.name] ?? person.account}@${DOMAIN}`,
    // 01632 960000 - 960999 is set aside for fiction by Ofcom.
    telephoneNumber: `+44 1632 960${String(person.rid - 1200).padStart(3, '0')}`,
    ipPhone: person.extension,
    ...(isConsultant ? { mobile: `+44 7700 900${String(person.rid - 1200).padStart(3, '0')}` } : {}),
    ...(person.manager ? { manager: byName.get(person.manager).dn } : {}),
  });
}

function groupEntry(name, [rid, description, members], everybody, byName) {
  const dns = members.flatMap((member) => {
    if (member.startsWith('@')) return [groupDn(member.slice(1))];
    if (member.startsWith('=')) return [byName.get(member.slice(1)).dn];
    return everybody.filter(({ department }) => department === member).map(({ dn }) => dn);
  });
  return entry(groupDn(name), {
    objectClass: ['top', 'group'],
    cn: name,
    objectGUID: guid(`group:${name}`),
    objectSid: sid(rid),
    sAMAccountName: name,
    groupType: '-2147483646',
    description,
    ...(dns.length > 0 ? { member: dns } : {}),
  });
}

function unit(dn, name) {
  return entry(dn, { objectClass: ['top', 'organizationalUnit'], ou: name, objectGUID: guid(`unit:${name}`) });
}

function directory() {
  const everybody = people();
  const byName = new Map(everybody.map((person) => [person.name, person]));
  const units = Object.keys(DEPARTMENTS).map((name) => unit(`OU=${escapeRdn(name)},OU=Staff,${BASE}`, name));
  return [
    "# St Brannoc's Hospitals Trust: an invented organization. Written by scripts/make-demo.js; see README.md.\n",
    'version: 1\n\n',
    entry(BASE, {
      objectClass: ['top', 'domain', 'domainDNS'],
      dc: 'brannoc',
      objectGUID: guid('domain'),
      objectSid: sid(0).subarray(0, 24).with(1, 4),
    }),
    unit(`OU=Staff,${BASE}`, 'Staff'),
    unit(`OU=Groups,${BASE}`, 'Groups'),
    ...units,
    ...everybody.map((person) => personEntry(person, byName)),
    ...Object.entries(GROUPS).map(([name, group]) => groupEntry(name, group, everybody, byName)),
  ].join('');
}

writeFileSync(join(__dirname, '..', 'demo', 'directory.ldif'), directory());
