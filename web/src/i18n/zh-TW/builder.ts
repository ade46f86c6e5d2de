import type { builder as english } from '../en/builder';

export const builder = {
  canvas: {
    label: '流程',
    minimap: '流程縮圖',
    insert: '在此加入步驟',
    join: { any: '任一完成即可', all: '全部完成', one: '其中之一' },
  },
  card: {
    trigger: '啟動流程',
    eachItem: '逐項處理',
    items: '{{settled}} / {{count}}',
    itemsFailed: '{{failed}} 項失敗',
    attempts_one: '嘗試 {{count}} 次',
    attempts_other: '嘗試 {{count}} 次',
    faults_one: '{{count}} 處需要修正',
    faults_other: '{{count}} 處需要修正',
  },
  ports: {
    error: '發生錯誤時',
    approved: '核准',
    rejected: '退回',
    timed_out: '逾時',
    otherwise: '其他',
    yes: '是',
    no: '否',
  },
} satisfies typeof english;
