import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm';
import { createTable } from './create-table';

const tables: TableOptions[] = [
  {
    name: 'queue',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"channel","type":"varchar","length":"16"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
    ],
    indices: [
      {"name":"queue_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'agent',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
    ],
    indices: [
      {"name":"agent_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'queue_agent',
    columns: [
      {"name":"queueId","type":"integer","isPrimary":true},
      {"name":"agentId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"queue_agent_by_agent","columnNames":["agentId"]},
    ],
    foreignKeys: [
      {"name":"fk_queue_agent_queue","columnNames":["queueId"],"referencedTableName":"queue","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_queue_agent_agent","columnNames":["agentId"],"referencedTableName":"agent","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'directory_source',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
      {"name":"kind","type":"varchar","length":"32"},
      {"name":"enabled","type":"boolean","default":"1"},
      {"name":"priority","type":"integer","default":"100"},
      {"name":"schedule","type":"varchar","length":"128","isNullable":true},
      {"name":"settings","type":"text"},
      {"name":"mapping","type":"text"},
      {"name":"secretsSealed","type":"text","isNullable":true},
      {"name":"groupsFromDepartment","type":"boolean","default":"0"},
      {"name":"followNestedGroups","type":"boolean","default":"1"},
      {"name":"matchBy","type":"text"},
      {"name":"graceDays","type":"integer","default":"30"},
      {"name":"maxRemovalCount","type":"integer","isNullable":true},
      {"name":"maxRemovalPercent","type":"integer","isNullable":true,"default":"20"},
      {"name":"cursor","type":"text","isNullable":true},
      {"name":"lastAppliedRunId","type":"integer","isNullable":true},
      {"name":"lastCompleteReadAt","type":"bigint","isNullable":true},
      {"name":"version","type":"integer","default":"1"},
      {"name":"createdAt","type":"bigint"},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"source_name","columnNames":["nameKey"],"isUnique":true},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'user',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"userId","type":"varchar","length":"255"},
      {"name":"userIdKey","type":"varchar","length":"255"},
      {"name":"externalId","type":"varchar","length":"255","isNullable":true},
      {"name":"origin","type":"varchar","length":"32"},
      {"name":"sourceId","type":"integer","isNullable":true},
      {"name":"state","type":"varchar","length":"16"},
      {"name":"vanishedAt","type":"bigint","isNullable":true},
      {"name":"displayName","type":"varchar","length":"255"},
      {"name":"displayNameKey","type":"varchar","length":"255"},
      {"name":"firstName","type":"varchar","length":"255","isNullable":true},
      {"name":"firstNameKey","type":"varchar","length":"255","default":"''"},
      {"name":"lastName","type":"varchar","length":"255","isNullable":true},
      {"name":"lastNameKey","type":"varchar","length":"255","default":"''"},
      {"name":"email","type":"varchar","length":"255","isNullable":true},
      {"name":"emailKey","type":"varchar","length":"255","default":"''"},
      {"name":"department","type":"varchar","length":"255","isNullable":true},
      {"name":"departmentKey","type":"varchar","length":"255","default":"''"},
      {"name":"title","type":"varchar","length":"255","isNullable":true},
      {"name":"telephoneNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"telephoneKey","type":"varchar","length":"64","default":"''"},
      {"name":"mobileNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"mobileKey","type":"varchar","length":"64","default":"''"},
      {"name":"userPrincipalName","type":"varchar","length":"255","isNullable":true},
      {"name":"userPrincipalNameKey","type":"varchar","length":"255","default":"''"},
      {"name":"primaryLineNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"primaryLineKind","type":"varchar","length":"8","isNullable":true},
      {"name":"secondaryLineNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"secondaryLineKind","type":"varchar","length":"8","isNullable":true},
      {"name":"managerId","type":"integer","isNullable":true},
      {"name":"locked","type":"varchar","length":"500","default":"''"},
      {"name":"servicesSet","type":"integer","default":"0"},
      {"name":"servicesAllowed","type":"integer","default":"0"},
      {"name":"createdAt","type":"bigint"},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"user_by_first_name","columnNames":["firstNameKey"]},
      {"name":"user_by_last_name","columnNames":["lastNameKey"]},
      {"name":"user_by_email","columnNames":["emailKey"]},
      {"name":"user_by_telephone","columnNames":["telephoneKey"]},
      {"name":"user_by_mobile","columnNames":["mobileKey"]},
      {"name":"user_by_upn","columnNames":["userPrincipalNameKey"]},
      {"name":"user_by_external_id","columnNames":["sourceId","externalId"]},
      {"name":"user_by_updated","columnNames":["updatedAt","id"]},
      {"name":"user_by_department","columnNames":["departmentKey","id"]},
      {"name":"user_by_user_id","columnNames":["userIdKey","id"]},
      {"name":"user_by_name","columnNames":["displayNameKey","id"]},
    ],
    foreignKeys: [
      {"name":"fk_user_source","columnNames":["sourceId"],"referencedTableName":"directory_source","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'user_entry',
    columns: [
      {"name":"sourceId","type":"integer","isPrimary":true},
      {"name":"externalId","type":"varchar","length":"255","isPrimary":true},
      {"name":"userId","type":"integer"},
      {"name":"hash","type":"varchar","length":"32"},
      {"name":"userIdKey","type":"varchar","length":"255"},
      {"name":"managerId","type":"integer","isNullable":true},
      {"name":"fields","type":"text"},
      {"name":"disabled","type":"boolean","default":"0"},
      {"name":"vanishedAt","type":"bigint","isNullable":true},
    ],
    indices: [
      {"name":"user_entry_by_user_id","columnNames":["sourceId","userIdKey"]},
      {"name":"user_entry_by_user","columnNames":["userId"]},
    ],
    foreignKeys: [
      {"name":"fk_user_entry_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_user_entry_source","columnNames":["sourceId"],"referencedTableName":"directory_source","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'user_profile',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
      {"name":"description","type":"varchar","length":"1024","isNullable":true},
      {"name":"builtIn","type":"boolean","default":"0"},
      {"name":"defaultPermissionType","type":"varchar","length":"32"},
      {"name":"maskSensitiveData","type":"boolean","default":"0"},
      {"name":"modulePermissions","type":"text"},
    ],
    indices: [
      {"name":"user_profile_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'user_profile_queue',
    columns: [
      {"name":"userProfileId","type":"integer","isPrimary":true},
      {"name":"queueId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"user_profile_queue_by_queue","columnNames":["queueId"]},
    ],
    foreignKeys: [
      {"name":"fk_user_profile_queue_profile","columnNames":["userProfileId"],"referencedTableName":"user_profile","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_user_profile_queue_queue","columnNames":["queueId"],"referencedTableName":"queue","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'staff_user',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"role","type":"varchar","length":"16"},
      {"name":"fullName","type":"varchar","length":"255"},
      {"name":"fullNameKey","type":"varchar","length":"255"},
      {"name":"username","type":"varchar","length":"255"},
      {"name":"usernameKey","type":"varchar","length":"255"},
      {"name":"email","type":"varchar","length":"255"},
      {"name":"emailKey","type":"varchar","length":"255"},
      {"name":"extension","type":"varchar","length":"32"},
      {"name":"passwordHash","type":"varchar","length":"255"},
      {"name":"builtIn","type":"boolean","default":"0"},
      {"name":"userProfileId","type":"integer","isNullable":true},
      {"name":"avatarFile","type":"varchar","length":"100","isNullable":true},
      {"name":"transport","type":"varchar","length":"8"},
      {"name":"nat","type":"varchar","length":"16"},
      {"name":"codecs","type":"varchar","length":"100"},
      {"name":"context","type":"varchar","length":"80"},
      {"name":"callGroups","type":"varchar","length":"255","default":"''"},
      {"name":"pickupGroups","type":"varchar","length":"255","default":"''"},
      {"name":"lastPasswordResetAt","type":"bigint","isNullable":true},
      {"name":"userId","type":"integer","isNullable":true},
      {"name":"version","type":"integer","default":"1"},
      {"name":"createdAt","type":"bigint"},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"staff_user_by_user","columnNames":["userId"]},
      {"name":"staff_user_by_profile","columnNames":["userProfileId"]},
      {"name":"staff_user_by_name","columnNames":["fullNameKey","id"]},
      {"name":"staff_user_extension","columnNames":["extension"],"isUnique":true},
      {"name":"staff_user_email","columnNames":["emailKey"],"isUnique":true},
      {"name":"staff_user_username","columnNames":["usernameKey"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_staff_user_profile","columnNames":["userProfileId"],"referencedTableName":"user_profile","referencedColumnNames":["id"],"onDelete":"NO ACTION","onUpdate":"NO ACTION"},
      {"name":"fk_staff_user_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'staff_user_queue',
    columns: [
      {"name":"staffUserId","type":"integer","isPrimary":true},
      {"name":"queueId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"staff_user_queue_by_queue","columnNames":["queueId"]},
    ],
    foreignKeys: [
      {"name":"fk_staff_user_queue_staff","columnNames":["staffUserId"],"referencedTableName":"staff_user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_staff_user_queue_queue","columnNames":["queueId"],"referencedTableName":"queue","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'api_key',
    columns: [
      {"name":"staffUserId","type":"integer","isPrimary":true},
      {"name":"keyHash","type":"varchar","length":"64"},
      {"name":"prefix","type":"varchar","length":"16"},
      {"name":"createdAt","type":"bigint"},
      {"name":"lastUsedAt","type":"bigint","isNullable":true},
    ],
    indices: [
      {"name":"api_key_by_hash","columnNames":["keyHash"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_api_key_staff","columnNames":["staffUserId"],"referencedTableName":"staff_user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'audit_entry',
    columns: [
      {"name":"id","type":"integer","isPrimary":true},
      {"name":"at","type":"bigint"},
      {"name":"actor","type":"varchar","length":"300"},
      {"name":"action","type":"varchar","length":"64"},
      {"name":"target","type":"varchar","length":"300"},
      {"name":"detail","type":"text"},
      {"name":"hash","type":"varchar","length":"64"},
    ],
    indices: [
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'audit_head',
    columns: [
      {"name":"id","type":"integer","isPrimary":true},
      {"name":"lastId","type":"integer"},
      {"name":"lastHash","type":"varchar","length":"64"},
    ],
    indices: [
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'individual_grant',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"viewerId","type":"integer"},
      {"name":"targetId","type":"integer"},
      {"name":"rights","type":"integer"},
    ],
    indices: [
      {"name":"grant_by_viewer","columnNames":["viewerId"]},
      {"name":"grant_once","columnNames":["targetId","viewerId"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_grant_viewer","columnNames":["viewerId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_grant_target","columnNames":["targetId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'user_group',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
      {"name":"description","type":"varchar","length":"1024","isNullable":true},
      {"name":"origin","type":"varchar","length":"32"},
      {"name":"sourceId","type":"integer","isNullable":true},
      {"name":"externalId","type":"varchar","length":"255","isNullable":true},
      {"name":"hash","type":"varchar","length":"32","isNullable":true},
      {"name":"vanishedAt","type":"bigint","isNullable":true},
      {"name":"settingsActive","type":"boolean","default":"1"},
      {"name":"leaderId","type":"integer","isNullable":true},
      {"name":"deputyId","type":"integer","isNullable":true},
      {"name":"memberRights","type":"integer","default":"0"},
      {"name":"leaderRights","type":"integer","default":"0"},
      {"name":"lineNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"lineRights","type":"integer","default":"0"},
      {"name":"servicesMask","type":"integer","default":"0"},
      {"name":"flagsMask","type":"integer","default":"0"},
      {"name":"callMode","type":"varchar","length":"16","default":"'DISABLED'"},
      {"name":"callNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"callStrategy","type":"varchar","length":"16","default":"'PARALLEL'"},
      {"name":"callStepSeconds","type":"integer","default":"15"},
      {"name":"memberCount","type":"integer","default":"0"},
      {"name":"version","type":"integer","default":"1"},
      {"name":"createdAt","type":"bigint"},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"group_by_call_number","columnNames":["callNumber"]},
      {"name":"group_by_external_id","columnNames":["sourceId","externalId"],"isUnique":true},
      {"name":"group_by_member_count","columnNames":["memberCount","id"]},
      {"name":"group_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
      {"name":"fk_group_source","columnNames":["sourceId"],"referencedTableName":"directory_source","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
      {"name":"fk_group_leader","columnNames":["leaderId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
      {"name":"fk_group_deputy","columnNames":["deputyId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'group_nesting',
    columns: [
      {"name":"parentId","type":"integer","isPrimary":true},
      {"name":"childId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"group_nesting_by_child","columnNames":["childId"]},
    ],
    foreignKeys: [
      {"name":"fk_nesting_parent","columnNames":["parentId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_nesting_child","columnNames":["childId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'client',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"username","type":"varchar","length":"255"},
      {"name":"usernameKey","type":"varchar","length":"255"},
      {"name":"authType","type":"varchar","length":"16"},
      {"name":"passwordHash","type":"varchar","length":"255","isNullable":true},
      {"name":"builtIn","type":"boolean","default":"0"},
      {"name":"rolesMask","type":"integer"},
      {"name":"permissionsMask","type":"integer","default":"0"},
      {"name":"maskAll","type":"boolean","default":"0"},
      {"name":"maskDigits","type":"integer","default":"0"},
      {"name":"fallbackKind","type":"varchar","length":"32","default":"'NONE'"},
      {"name":"fallbackTimeoutSeconds","type":"integer","isNullable":true},
      {"name":"fallbackNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"userId","type":"integer","isNullable":true},
      {"name":"version","type":"integer","default":"1"},
      {"name":"createdAt","type":"bigint"},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"client_by_user","columnNames":["userId"]},
      {"name":"client_by_created","columnNames":["createdAt","id"]},
      {"name":"client_username","columnNames":["usernameKey"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_client_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'group_assignment',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"clientId","type":"integer"},
      {"name":"groupId","type":"integer"},
      {"name":"kind","type":"varchar","length":"16"},
      {"name":"createdAt","type":"bigint"},
    ],
    indices: [
      {"name":"assignment_by_group","columnNames":["groupId","id"]},
      {"name":"assignment_once","columnNames":["clientId","groupId"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_assignment_client","columnNames":["clientId"],"referencedTableName":"client","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_assignment_group","columnNames":["groupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'busy_queue_call',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"clientId","type":"integer","isNullable":true},
      {"name":"initiatedByUsername","type":"varchar","length":"255"},
      {"name":"remoteNumber","type":"varchar","length":"64"},
      {"name":"remoteName","type":"varchar","length":"255","isNullable":true},
      {"name":"since","type":"bigint"},
    ],
    indices: [
      {"name":"busy_queue_call_by_client","columnNames":["clientId"]},
      {"name":"busy_queue_call_by_since","columnNames":["since","id"]},
    ],
    foreignKeys: [
      {"name":"fk_busy_queue_call_client","columnNames":["clientId"],"referencedTableName":"client","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'client_batch',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"needsDecision","type":"boolean","default":"0"},
      {"name":"finished","type":"boolean","default":"0"},
      {"name":"done","type":"integer","default":"0"},
      {"name":"total","type":"integer"},
      {"name":"template","type":"text"},
      {"name":"startedBy","type":"varchar","length":"300"},
      {"name":"leaseOwner","type":"varchar","length":"128","isNullable":true},
      {"name":"leaseUntil","type":"bigint","isNullable":true},
      {"name":"leaseToken","type":"integer","default":"0"},
      {"name":"createdAt","type":"bigint"},
    ],
    indices: [
      {"name":"client_batch_by_finished","columnNames":["finished","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'client_batch_row',
    columns: [
      {"name":"batchId","type":"integer","isPrimary":true},
      {"name":"position","type":"integer","isPrimary":true},
      {"name":"userId","type":"integer","isNullable":true},
      {"name":"username","type":"varchar","length":"255"},
      {"name":"outcome","type":"varchar","length":"16"},
      {"name":"clientId","type":"integer","isNullable":true},
      {"name":"warnings","type":"text","isNullable":true},
      {"name":"error","type":"varchar","length":"1024","isNullable":true},
    ],
    indices: [
      {"name":"batch_row_by_outcome","columnNames":["batchId","outcome","position"]},
    ],
    foreignKeys: [
      {"name":"fk_batch_row_batch","columnNames":["batchId"],"referencedTableName":"client_batch","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'role',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
      {"name":"builtIn","type":"boolean","default":"0"},
      {"name":"permissions","type":"text"},
    ],
    indices: [
      {"name":"role_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'user_role',
    columns: [
      {"name":"userId","type":"integer","isPrimary":true},
      {"name":"roleId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"user_role_by_role","columnNames":["roleId","userId"]},
    ],
    foreignKeys: [
      {"name":"fk_user_role_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_user_role_role","columnNames":["roleId"],"referencedTableName":"role","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'client_profile',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
      {"name":"color","type":"varchar","length":"32"},
      {"name":"icon","type":"varchar","length":"64"},
      {"name":"iconVisible","type":"boolean","default":"1"},
      {"name":"sticky","type":"boolean","default":"0"},
      {"name":"assignment","type":"varchar","length":"16"},
      {"name":"ownerId","type":"integer","isNullable":true},
      {"name":"version","type":"integer","default":"1"},
      {"name":"createdAt","type":"bigint"},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"client_profile_by_owner","columnNames":["ownerId"]},
      {"name":"client_profile_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
      {"name":"fk_client_profile_owner","columnNames":["ownerId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'client_profile_role',
    columns: [
      {"name":"profileId","type":"integer","isPrimary":true},
      {"name":"roleId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"client_profile_role_by_role","columnNames":["roleId"]},
    ],
    foreignKeys: [
      {"name":"fk_client_profile_role_profile","columnNames":["profileId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_client_profile_role_role","columnNames":["roleId"],"referencedTableName":"role","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'dashboard',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
    ],
    indices: [
      {"name":"dashboard_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'dashboard_access',
    columns: [
      {"name":"dashboardId","type":"integer","isPrimary":true},
      {"name":"staffUserId","type":"integer","isPrimary":true},
    ],
    indices: [
      {"name":"dashboard_access_by_staff","columnNames":["staffUserId"]},
    ],
    foreignKeys: [
      {"name":"fk_dashboard_access_dashboard","columnNames":["dashboardId"],"referencedTableName":"dashboard","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_dashboard_access_staff","columnNames":["staffUserId"],"referencedTableName":"staff_user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'endpoint',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"userId","type":"integer"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"kind","type":"varchar","length":"16"},
      {"name":"enabled","type":"boolean","default":"1"},
      {"name":"gsmMode","type":"boolean","default":"0"},
    ],
    indices: [
      {"name":"endpoint_by_user","columnNames":["userId","id"]},
    ],
    foreignKeys: [
      {"name":"fk_endpoint_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'monitor_group_link',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"groupId","type":"integer"},
      {"name":"registeredGroupId","type":"integer"},
      {"name":"placement","type":"varchar","length":"16"},
    ],
    indices: [
      {"name":"monitor_link_by_registered","columnNames":["registeredGroupId"]},
      {"name":"monitor_link_once","columnNames":["groupId","registeredGroupId"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_monitor_link_group","columnNames":["groupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_monitor_link_registered","columnNames":["registeredGroupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'group_key',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"groupId","type":"integer"},
      {"name":"label","type":"varchar","length":"255"},
      {"name":"number","type":"varchar","length":"64"},
      {"name":"kind","type":"varchar","length":"16"},
      {"name":"placement","type":"varchar","length":"16"},
    ],
    indices: [
      {"name":"group_key_by_group","columnNames":["groupId","id"]},
    ],
    foreignKeys: [
      {"name":"fk_group_key_group","columnNames":["groupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'journal_entry',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"ownerId","type":"integer"},
      {"name":"direction","type":"varchar","length":"16"},
      {"name":"remoteNumber","type":"varchar","length":"64"},
      {"name":"startedAt","type":"bigint"},
      {"name":"isPrivate","type":"boolean","default":"0"},
      {"name":"memo","type":"text","isNullable":true},
    ],
    indices: [
      {"name":"journal_by_owner","columnNames":["ownerId","startedAt","id"]},
    ],
    foreignKeys: [
      {"name":"fk_journal_owner","columnNames":["ownerId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'membership',
    columns: [
      {"name":"groupId","type":"integer","isPrimary":true},
      {"name":"userId","type":"integer","isPrimary":true},
      {"name":"via","type":"varchar","length":"8"},
      {"name":"pathIds","type":"varchar","length":"1024","isNullable":true},
      {"name":"origin","type":"varchar","length":"32"},
      {"name":"position","type":"integer"},
      {"name":"callState","type":"varchar","length":"16","default":"'LOGGED_IN'"},
      {"name":"since","type":"bigint"},
    ],
    indices: [
      {"name":"membership_by_user","columnNames":["userId","groupId"]},
      {"name":"membership_by_position","columnNames":["groupId","position","userId"]},
    ],
    foreignKeys: [
      {"name":"fk_membership_group","columnNames":["groupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_membership_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'membership_history',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"groupId","type":"integer"},
      {"name":"userId","type":"integer"},
      {"name":"via","type":"varchar","length":"8"},
      {"name":"pathIds","type":"varchar","length":"1024","isNullable":true},
      {"name":"origin","type":"varchar","length":"32"},
      {"name":"position","type":"integer"},
      {"name":"callState","type":"varchar","length":"16","default":"'LOGGED_IN'"},
      {"name":"since","type":"bigint"},
      {"name":"until","type":"bigint"},
    ],
    indices: [
      {"name":"membership_history_by_user","columnNames":["userId","until"]},
      {"name":"membership_history_by_group","columnNames":["groupId","until"]},
    ],
    foreignKeys: [
      {"name":"fk_history_group","columnNames":["groupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_history_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'unresolved_members',
    columns: [
      {"name":"groupId","type":"integer","isPrimary":true},
      {"name":"part","type":"integer","isPrimary":true},
      {"name":"refs","type":"text"},
    ],
    indices: [
    ],
    foreignKeys: [
      {"name":"fk_unresolved_group","columnNames":["groupId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'password_reset',
    columns: [
      {"name":"tokenHash","type":"varchar","length":"64","isPrimary":true},
      {"name":"staffUserId","type":"integer"},
      {"name":"expiresAt","type":"bigint"},
    ],
    indices: [
      {"name":"password_reset_by_expiry","columnNames":["expiresAt"]},
      {"name":"password_reset_by_staff","columnNames":["staffUserId"]},
    ],
    foreignKeys: [
      {"name":"fk_password_reset_staff","columnNames":["staffUserId"],"referencedTableName":"staff_user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'profile_change',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"at","type":"bigint"},
      {"name":"userId","type":"integer"},
      {"name":"cause","type":"varchar","length":"32"},
      {"name":"outcome","type":"varchar","length":"32"},
      {"name":"fromId","type":"integer","isNullable":true},
      {"name":"toId","type":"integer","isNullable":true},
      {"name":"leaving","type":"text","isNullable":true},
      {"name":"entering","type":"text","isNullable":true},
    ],
    indices: [
      {"name":"profile_change_by_to","columnNames":["toId"]},
      {"name":"profile_change_by_from","columnNames":["fromId"]},
      {"name":"profile_change_by_user","columnNames":["userId","at","id"]},
    ],
    foreignKeys: [
      {"name":"fk_profile_change_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_profile_change_from","columnNames":["fromId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
      {"name":"fk_profile_change_to","columnNames":["toId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'pbx_delivery',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"webhookId","type":"varchar","length":"64"},
      {"name":"userId","type":"integer"},
      {"name":"changeId","type":"integer"},
      {"name":"chain","type":"varchar","length":"8"},
      {"name":"position","type":"integer"},
      {"name":"body","type":"text"},
      {"name":"attempts","type":"integer","default":"0"},
      {"name":"notBefore","type":"bigint"},
      {"name":"fence","type":"integer","default":"0"},
    ],
    indices: [
      {"name":"pbx_delivery_by_change","columnNames":["changeId"]},
      {"name":"pbx_delivery_by_user","columnNames":["userId","id"]},
    ],
    foreignKeys: [
      {"name":"fk_pbx_delivery_change","columnNames":["changeId"],"referencedTableName":"profile_change","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'workplace',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"name","type":"varchar","length":"255"},
      {"name":"nameKey","type":"varchar","length":"255"},
    ],
    indices: [
      {"name":"workplace_by_name","columnNames":["nameKey","id"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'presence',
    columns: [
      {"name":"userId","type":"integer","isPrimary":true},
      {"name":"activeProfileId","type":"integer"},
      {"name":"previousProfileId","type":"integer","isNullable":true},
      {"name":"inMeeting","type":"boolean","default":"0"},
      {"name":"meetingProfileId","type":"integer","isNullable":true},
      {"name":"meetingReturnToId","type":"integer","isNullable":true},
      {"name":"meetingPreviousId","type":"integer","isNullable":true},
      {"name":"workplaceId","type":"integer","isNullable":true},
      {"name":"redirectNumber","type":"varchar","length":"64","isNullable":true},
      {"name":"updatedAt","type":"bigint"},
    ],
    indices: [
      {"name":"presence_by_workplace","columnNames":["workplaceId"]},
      {"name":"presence_by_previous","columnNames":["previousProfileId"]},
      {"name":"presence_by_active","columnNames":["activeProfileId","userId"]},
    ],
    foreignKeys: [
      {"name":"fk_presence_user","columnNames":["userId"],"referencedTableName":"user","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_presence_active","columnNames":["activeProfileId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_presence_previous","columnNames":["previousProfileId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
      {"name":"fk_presence_workplace","columnNames":["workplaceId"],"referencedTableName":"workplace","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'teams_event',
    columns: [
      {"name":"eventHash","type":"varchar","length":"64","isPrimary":true},
      {"name":"at","type":"bigint"},
    ],
    indices: [
      {"name":"teams_event_by_time","columnNames":["at"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'profile_action',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"profileId","type":"integer"},
      {"name":"chain","type":"varchar","length":"8"},
      {"name":"position","type":"integer"},
      {"name":"kind","type":"varchar","length":"32"},
      {"name":"endpointId","type":"integer","isNullable":true},
      {"name":"namesEndpoint","type":"boolean","default":"0"},
      {"name":"endpointEnabled","type":"boolean","isNullable":true},
      {"name":"gsmMode","type":"boolean","isNullable":true},
      {"name":"teamId","type":"integer","isNullable":true},
      {"name":"workplaceId","type":"integer","isNullable":true},
      {"name":"redirectNumber","type":"varchar","length":"64","isNullable":true},
    ],
    indices: [
      {"name":"profile_action_by_place","columnNames":["profileId","chain","position"]},
    ],
    foreignKeys: [
      {"name":"fk_profile_action_profile","columnNames":["profileId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
      {"name":"fk_profile_action_endpoint","columnNames":["endpointId"],"referencedTableName":"endpoint","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
      {"name":"fk_profile_action_team","columnNames":["teamId"],"referencedTableName":"user_group","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
      {"name":"fk_profile_action_workplace","columnNames":["workplaceId"],"referencedTableName":"workplace","referencedColumnNames":["id"],"onDelete":"SET NULL","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'profile_trigger',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"profileId","type":"integer"},
      {"name":"position","type":"integer"},
      {"name":"kind","type":"varchar","length":"16"},
      {"name":"effect","type":"varchar","length":"16"},
      {"name":"enabled","type":"boolean","default":"1"},
      {"name":"at","type":"varchar","length":"5","isNullable":true},
      {"name":"weekdaysMask","type":"integer","default":"0"},
      {"name":"timezone","type":"varchar","length":"64","isNullable":true},
      {"name":"nextFireAt","type":"bigint","isNullable":true},
      {"name":"fence","type":"integer","default":"0"},
    ],
    indices: [
      {"name":"profile_trigger_due","columnNames":["nextFireAt","id"]},
      {"name":"profile_trigger_by_profile","columnNames":["profileId","position"]},
    ],
    foreignKeys: [
      {"name":"fk_profile_trigger_profile","columnNames":["profileId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'trigger_firing',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"profileId","type":"integer"},
      {"name":"effect","type":"varchar","length":"16"},
      {"name":"dueAt","type":"bigint"},
      {"name":"lastUserId","type":"integer","default":"0"},
      {"name":"fence","type":"integer","default":"0"},
    ],
    indices: [
      {"name":"trigger_firing_by_due","columnNames":["dueAt","id"]},
    ],
    foreignKeys: [
      {"name":"fk_trigger_firing_profile","columnNames":["profileId"],"referencedTableName":"client_profile","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'session',
    columns: [
      {"name":"tokenHash","type":"varchar","length":"64","isPrimary":true},
      {"name":"realm","type":"varchar","length":"16"},
      {"name":"accountId","type":"integer"},
      {"name":"createdAt","type":"bigint"},
      {"name":"expiresAt","type":"bigint"},
    ],
    indices: [
      {"name":"session_by_expiry","columnNames":["expiresAt"]},
      {"name":"session_by_account","columnNames":["realm","accountId"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'sign_in_failure',
    columns: [
      {"name":"subject","type":"varchar","length":"320","isPrimary":true},
      {"name":"failures","type":"integer"},
      {"name":"resetAt","type":"bigint"},
      {"name":"blockedUntil","type":"bigint","isNullable":true},
      {"name":"lastReason","type":"varchar","length":"16","isNullable":true},
    ],
    indices: [
      {"name":"sign_in_failure_by_expiry","columnNames":["resetAt"]},
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'settings',
    columns: [
      {"name":"id","type":"integer","isPrimary":true},
      {"name":"securitySuiteEnabled","type":"boolean","default":"0"},
      {"name":"callManagerTimeoutSeconds","type":"integer","default":"30"},
      {"name":"timezone","type":"varchar","length":"64","default":"'UTC'"},
      {"name":"smsConfigured","type":"boolean","default":"0"},
      {"name":"recordingConfigured","type":"boolean","default":"0"},
      {"name":"globalServicesMask","type":"integer","default":"0"},
      {"name":"globalRights","type":"integer","default":"1"},
      {"name":"callGroupLicencesMask","type":"integer","default":"7"},
      {"name":"maxGroupsPerClient","type":"integer","default":"50"},
    ],
    indices: [
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'revision',
    columns: [
      {"name":"id","type":"integer","isPrimary":true},
      {"name":"value","type":"integer"},
    ],
    indices: [
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'revision_change',
    columns: [
      {"name":"value","type":"integer","isPrimary":true},
      {"name":"note","type":"text"},
    ],
    indices: [
    ],
    foreignKeys: [
    ],
  },
  {
    name: 'sync_run',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"sourceId","type":"integer"},
      {"name":"activeSourceId","type":"integer","isNullable":true},
      {"name":"state","type":"varchar","length":"16"},
      {"name":"mode","type":"varchar","length":"16"},
      {"name":"requestedMode","type":"varchar","length":"16"},
      {"name":"modeReason","type":"text","isNullable":true},
      {"name":"planOnly","type":"boolean","default":"0"},
      {"name":"confirmed","type":"boolean","default":"0"},
      {"name":"cancelRequested","type":"boolean","default":"0"},
      {"name":"complete","type":"boolean","default":"0"},
      {"name":"refusal","type":"text","isNullable":true},
      {"name":"error","type":"text","isNullable":true},
      {"name":"counts","type":"text"},
      {"name":"progress","type":"text"},
      {"name":"basedOnRunId","type":"integer","isNullable":true},
      {"name":"nextCursor","type":"text","isNullable":true},
      {"name":"leaseOwner","type":"varchar","length":"128","isNullable":true},
      {"name":"leaseUntil","type":"bigint","isNullable":true},
      {"name":"leaseToken","type":"integer","default":"0"},
      {"name":"startedBy","type":"varchar","length":"300"},
      {"name":"startedAt","type":"bigint"},
      {"name":"finishedAt","type":"bigint","isNullable":true},
      {"name":"appliedAt","type":"bigint","isNullable":true},
    ],
    indices: [
      {"name":"sync_run_by_state","columnNames":["state","id"]},
      {"name":"sync_run_by_source","columnNames":["sourceId","id"]},
      {"name":"sync_run_active","columnNames":["activeSourceId"],"isUnique":true},
    ],
    foreignKeys: [
      {"name":"fk_run_source","columnNames":["sourceId"],"referencedTableName":"directory_source","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'sync_change',
    columns: [
      {"name":"runId","type":"integer","isPrimary":true},
      {"name":"seq","type":"integer","isPrimary":true},
      {"name":"kind","type":"varchar","length":"16"},
      {"name":"action","type":"varchar","length":"8"},
      {"name":"entityId","type":"integer","isNullable":true},
      {"name":"externalId","type":"varchar","length":"255"},
      {"name":"label","type":"varchar","length":"255"},
      {"name":"via","type":"varchar","length":"8","isNullable":true},
      {"name":"fields","type":"text","isNullable":true},
      {"name":"body","type":"text","isNullable":true},
      {"name":"edges","type":"blob","isNullable":true},
      {"name":"edgeCount","type":"integer","default":"0"},
    ],
    indices: [
      {"name":"sync_change_by_entity","columnNames":["entityId","action"]},
      {"name":"sync_change_by_kind","columnNames":["runId","kind","action","seq"]},
    ],
    foreignKeys: [
      {"name":"fk_change_run","columnNames":["runId"],"referencedTableName":"sync_run","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
  {
    name: 'quarantined_record',
    columns: [
      {"name":"id","type":"integer","isPrimary":true,"isGenerated":true,"generationStrategy":"increment"},
      {"name":"runId","type":"integer"},
      {"name":"kind","type":"varchar","length":"16"},
      {"name":"externalId","type":"varchar","length":"255","isNullable":true},
      {"name":"label","type":"varchar","length":"255","isNullable":true},
      {"name":"reason","type":"varchar","length":"1024"},
      {"name":"raw","type":"text"},
    ],
    indices: [
      {"name":"quarantine_by_run","columnNames":["runId","id"]},
    ],
    foreignKeys: [
      {"name":"fk_quarantine_run","columnNames":["runId"],"referencedTableName":"sync_run","referencedColumnNames":["id"],"onDelete":"CASCADE","onUpdate":"NO ACTION"},
    ],
  },
];

/** All tables of the first version, without their foreign keys' order: each names only tables before it. */
export class Initial1700000000000 implements MigrationInterface {
  name = 'Initial1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await createTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) await runner.dropTable(table.name);
  }
}
