//! The help in zh-TW: a text for each command, argument and example of the tree. A test keeps it complete.

mod connector;

/// By path: `run list` for a command, `run list --flow` and `run list <id>` for arguments, `run list ?` for examples.
const TEXTS: &[(&str, &str)] = &[
    ("", "把公司的各個系統串成一體：以 JSON 撰寫流程，可靠地執行"),
    ("?", EXIT_CODES),
    ("--json", "以 JSON 輸出資料"),
    ("serve", "啟動伺服器：webhook、API 與執行流程的工作者"),
    ("demo", "以虛構的貿易公司試用 Causeway：模擬系統，加上伺服器與流程"),
    ("demo --reset", "清除先前展示環境留下的資料，重新開始"),
    ("demo --faults", "讓模擬系統偶爾變慢、失敗、斷線或讓工作階段失效"),
    ("demo --ports", "四個模擬系統的第一個連接埠；已被占用時改用其他可用的連接埠"),
    (
        "demo ?",
        "範例：
  causeway demo                            開始，或從先前的狀態繼續
  causeway demo --faults                   模擬變慢、失敗與中斷的回應
  causeway demo --reset                    回到公司的第一天
  causeway run list --data demo-data       在另一個終端機查看執行

所有資料都在 demo-data 資料夾，或 --data 指定的資料夾。不會使用既有安裝的設定，例如 DATABASE_URL 與 CAUSEWAY_DATA。",
    ),
    ("web", "只處理請求：webhook 與 API；流程由同一個 Postgres 上的工作者執行"),
    ("worker", "只執行流程，供同一個 Postgres 上的網頁節點使用；回應 /healthz 與 /readyz"),
    ("serve --sample", "同時啟動範例系統，顯示它收到的內容，並允許流程呼叫它"),
    ("status", "說明運作情形：工作者、執行、待處理的失敗與保留期限"),
    (
        "status ?",
        "範例：
  causeway status
  causeway status --json | jq .active

有執行待處理但沒有運作中的工作者時，以 1 結束。",
    ),
    ("migrate", "將資料庫更新到最新；會先備份 SQLite 檔案"),
    ("migrate --check", "只說明將會發生什麼"),
    ("schema", "輸出文件的 JSON Schema"),
    ("schema <kind>", "哪一種文件"),
    ("flow", "流程：檢查、匯入、匯出、發布、比較"),
    ("flow validate", "檢查文件並列出所有問題；不需要資料庫"),
    ("flow validate <files>", "文件；`-` 為標準輸入"),
    (
        "flow validate ?",
        "範例：
  causeway flow validate workflows/*/flow.json
  jq . flow.json | causeway flow validate -

每個問題一行：檔案:行:欄 指標 代碼: 訊息 修正方式。有錯誤時以 3 結束。",
    ),
    ("flow import", "將文件匯入為草稿，或直接發布；說明每個步驟的結果"),
    ("flow import <paths>", "文件、資料夾或 zip"),
    ("flow import --publish", "沒有錯誤的文件直接發布"),
    (
        "flow import ?",
        "範例：
  causeway flow import workflows/quote-to-sales-order --publish
  causeway flow import flows.zip
  causeway flow import team-a/ team-b/ --publish --json

以代號更新既有流程；再次匯入相同文件不會有任何變更。每份文件全有或全無：有文件被拒絕時以 3 結束，其餘仍會匯入。",
    ),
    ("flow export", "將流程寫成文件：檔案、資料夾或 zip"),
    ("flow export <slug>", "流程的代號"),
    ("flow export --version", "指定版本，而非草稿"),
    ("flow export --all", "所有流程"),
    ("flow export --output", "要寫入的檔案、資料夾或 zip，而非標準輸出"),
    (
        "flow export ?",
        "範例：
  causeway flow export quote-to-sales-order > flow.json
  causeway flow export quote-to-sales-order --version 3
  causeway flow export --all --output flows/            每個流程為 <slug>/flow.json，適合 git
  causeway flow export --all --output flows.zip",
    ),
    ("flow diff", "顯示兩個版本之間，或版本與草稿之間的差異"),
    ("flow diff <slug>", "流程的代號"),
    ("flow diff <from>", "版本號碼或 `draft`；未指定則為最新發布的版本"),
    ("flow diff <to>", "版本號碼或 `draft`"),
    (
        "flow diff ?",
        "範例：
  causeway flow diff quote-to-sales-order              由已發布版本到草稿
  causeway flow diff quote-to-sales-order 3            由版本 3 到草稿
  causeway flow diff quote-to-sales-order 3 5          由版本 3 到版本 5",
    ),
    ("flow archive", "封存流程：不再啟動，Webhook 路徑釋出；進行中的執行照常完成"),
    ("flow archive <slug>", "流程的代號"),
    ("flow unarchive", "將已封存的流程恢復為草稿"),
    ("flow unarchive <slug>", "流程的代號"),
    ("flow delete", "刪除已封存且沒有保留執行紀錄的流程"),
    ("flow delete <slug>", "流程的代號"),
    ("flow list", "列出流程"),
    ("flow list --tag", "只列出有此標籤的流程"),
    ("flow list --archived", "改為列出已封存的流程"),
    ("flow publish", "將草稿發布為下一版，之後的執行都使用它"),
    ("flow publish <slug>", "流程的代號"),
    ("flow publish --note", "變更內容，會與版本一同保存"),
    (
        "flow publish ?",
        "範例：
  causeway flow publish quote-to-sales-order --note \"tax rounded per order\"
  causeway flow diff quote-to-sales-order         發布會造成的變更",
    ),
    ("flow restore", "將舊版本還原為草稿"),
    ("flow restore <slug>", "流程的代號"),
    ("flow restore <version>", "要還原為草稿的版本"),
    ("flow restore --publish", "同時發布為新版本"),
    (
        "flow restore ?",
        "範例：
  causeway flow versions quote-to-sales-order
  causeway flow restore quote-to-sales-order 3 --publish",
    ),
    ("flow versions", "列出流程已發布的版本"),
    ("flow versions <slug>", "流程的代號"),
    ("flow enable", "讓觸發再次啟動流程"),
    ("flow enable <slug>", "流程的代號"),
    ("flow disable", "不讓任何觸發啟動流程；進行中的執行會繼續"),
    ("flow disable <slug>", "流程的代號"),
    ("flow test", "測試草稿或檔案中的文件：整個流程、到某個步驟、單一步驟，或不送出任何內容"),
    ("flow test <flow>", "流程的代號，或文件：檔案或其資料夾"),
    ("flow test --step", "只測試此步驟；之前步驟的結果由 --sample 或 --from-run 提供"),
    ("flow test --until", "執行到此步驟為止：包含它與之前的所有步驟"),
    ("flow test --dry-run", "預演：不送出任何內容，只顯示會送出的請求"),
    ("flow test --sample", "流程的範例資料：觸發內容與各步驟的結果"),
    ("flow test --from-run", "採用流程先前某次執行的資料"),
    ("flow test --input", "JSON 輸入，或 webhook 流程的內容；`-` 為標準輸入"),
    ("flow test --trigger", "JSON，內含 `trigger` 的欄位，例如 webhook 的 `body` 與 `headers`"),
    ("flow test --item", "JSON：--step 所在迴圈的項目"),
    ("flow test --pinned", "範例資料或執行已提供結果的步驟不再執行"),
    (
        "flow test ?",
        "範例：
  causeway flow test order-approval --sample large
  causeway flow test order-approval --dry-run --input order.json    顯示會送出的內容，但不送出
  causeway flow test order-approval --until size                    執行到某個步驟
  causeway flow test order-approval --step create --from-run ID     單一步驟，採用該次執行先前的結果
  causeway flow test workflows/order-approval --dry-run --json

測試目前的草稿，或測試檔案中的文件而不更動草稿；流程尚不存在時，會先存為草稿。這種執行的模式為 `test`：
不列入待處理的失敗、不會啟動其他流程，最多保留一天。此儲存庫沒有伺服器時，就在這裡執行。執行未成功時以 1 結束。",
    ),
    ("run", "執行：啟動、檢視、取消、接續、重播"),
    ("run start", "手動啟動流程"),
    ("run start <slug>", "流程的代號"),
    ("run start --input", "JSON 輸入；`-` 為標準輸入"),
    ("run start --key", "7 天內同一個鍵只啟動一次；重複時回覆第一次的執行"),
    ("run start --ignore-window", "立即開始，即使在流程的離峰時段以外"),
    ("run start --wait", "等到執行結束，並輸出其時間軸"),
    (
        "run start ?",
        "範例：
  causeway run start nightly-report
  causeway run start order-approval --input order.json --wait
  echo '{\"customer\": \"C001\"}' | causeway run start greet --input - --wait --json

輸入即流程讀取的 `trigger.input`；對 webhook 流程則代表其內容。
使用 --wait 且沒有伺服器時，會在此直接執行。執行未成功時以 1 結束。",
    ),
    ("run list", "列出執行，最新的在前"),
    ("run list --flow", "只列出此流程的執行"),
    ("run list --status", "只列出此狀態：queued、running、waiting、succeeded、failed 或 cancelled"),
    ("run list --mode", "只列出此模式：normal 或 test"),
    ("run list --dead-letters", "只列出失敗且尚未接續的執行；不含測試"),
    ("run list --before", "只列出比此執行更早的"),
    ("run list --limit", "幾筆"),
    (
        "run list ?",
        "範例：
  causeway run list --status failed
  causeway run list --flow quote-to-sales-order --limit 5
  causeway run list --dead-letters            等待人工處理的失敗執行
  causeway run list --json | jq -r '.[].id'",
    ),
    ("run show", "逐步檢視執行：輸入、輸出、歷時、哪裡失敗與原因"),
    ("run show <id>", "執行的編號"),
    ("run show --full", "完整顯示輸入與輸出"),
    ("run show --follow", "持續輸出進展，直到執行結束"),
    (
        "run show ?",
        "範例：
  causeway run show 0197f2a4-7c1e-7d52-9a51-3b1c8e0f4c55
  causeway run show ID --full                 完整顯示輸入與輸出
  causeway run show ID --follow               持續輸出，直到執行結束
  causeway run show ID --json | jq '.steps[] | {id, status}'

使用 --follow 時，若執行未成功，以 1 結束；同時使用 --json 時，每行為一個事件。",
    ),
    ("run items", "列出執行中迴圈的項目"),
    ("run items <id>", "執行的編號"),
    ("run items <step>", "`for_each` 步驟"),
    ("run items --frame", "迴圈所在的項目"),
    ("run items --failed", "僅列出失敗的項目"),
    ("run items --after", "略過幾個項目"),
    ("run items --limit", "幾筆"),
    (
        "run items ?",
        "範例：
  causeway run items ID lines
  causeway run items ID lines --after 1000                 下一頁
  causeway run items ID parts --frame 'lines[3]'           迴圈中的迴圈
  causeway run items ID lines --failed --json | jq '.items[].input'",
    ),
    ("run cancel", "取消執行"),
    ("run cancel <id>", "執行的編號"),
    ("run cancel --reason", "原因，會與執行一同保存"),
    ("run cancel --flow", "此流程的所有執行，而非單一執行"),
    ("run cancel --status", "此狀態的所有執行"),
    ("run cancel --error-code", "以此代碼失敗的所有執行"),
    ("run cancel --since", "此時間之後建立的所有執行：時間，或 `2h` 這樣的時間長度"),
    ("run cancel --dry-run", "只說明會對多少個執行進行"),
    ("run cancel --yes", "不詢問，直接對多個執行進行"),
    (
        "run cancel ?",
        "範例：
  causeway run cancel ID --reason \"Ordered twice\"
  causeway run cancel --flow quote-to-sales-order --status waiting --dry-run",
    ),
    ("run resume", "以新的執行接續失敗的執行，沿用已完成的結果"),
    ("run resume <id>", "失敗的執行"),
    ("run resume --newest", "使用最新發布的版本，而非原本的版本"),
    ("run resume --edit", "以檔案中的 JSON 取代步驟的輸入；可多次指定"),
    ("run resume --wait", "等到新的執行結束，並輸出其時間軸"),
    ("run resume --flow", "此流程的所有執行，而非單一執行"),
    ("run resume --status", "此狀態的所有執行"),
    ("run resume --error-code", "以此代碼失敗的所有執行"),
    ("run resume --since", "此時間之後建立的所有執行：時間，或 `2h` 這樣的時間長度"),
    ("run resume --dry-run", "只說明會對多少個執行進行"),
    ("run resume --yes", "不詢問，直接對多個執行進行"),
    (
        "run resume ?",
        "範例：
  causeway run resume ID                              從已完成的地方繼續
  causeway run resume ID --newest                     使用流程最新發布的版本
  causeway run show ID --json | jq '.steps[] | select(.id == \"create\").input' > input.json
  causeway run resume ID --edit create=input.json     人工修正該步驟的輸入
  causeway run resume --flow quote-to-sales-order --status failed --since 2h --dry-run",
    ),
    ("run replay", "以新的執行，從頭重播舊執行的事件"),
    ("run replay <id>", "舊的執行"),
    ("run replay --newest", "使用最新發布的版本，而非原本的版本"),
    ("run replay --yes", "不詢問，直接重複對外動作"),
    ("run replay --wait", "等到新的執行結束，並輸出其時間軸"),
    ("run replay --flow", "此流程的所有執行，而非單一執行"),
    ("run replay --status", "此狀態的所有執行"),
    ("run replay --error-code", "以此代碼失敗的所有執行"),
    ("run replay --since", "此時間之後建立的所有執行：時間，或 `2h` 這樣的時間長度"),
    ("run replay --dry-run", "只說明會重複什麼"),
    (
        "run replay ?",
        "範例：
  causeway run replay ID              列出將重複的對外動作，並詢問
  causeway run replay ID --yes        不詢問
  causeway run replay ID --newest     使用流程最新發布的版本
  causeway run replay --flow quote-to-sales-order --status failed --dry-run",
    ),
    ("run dismiss", "將失敗的執行移出待處理清單"),
    ("run dismiss <id>", "失敗的執行"),
    ("run dismiss --reason", "為何不需再處理，會與執行一同保存"),
    ("dead-letter", "檢視放棄並等待人員處理的執行，並決定如何處理"),
    ("dead-letter list", "列出放棄並等待人員處理的執行"),
    ("dead-letter list --flow", "只列出此流程的"),
    ("dead-letter list --error-code", "只列出以此代碼失敗的"),
    ("dead-letter list --state", "等待處理的、由其他執行接手的，或已略過的"),
    ("dead-letter list --limit", "幾筆"),
    ("dead-letter show", "檢視單一項目：什麼失敗、原因，以及可修正的輸入"),
    ("dead-letter show <id>", "失敗的執行"),
    (
        "dead-letter show ?",
        "範例：
  causeway dead-letter show ID
  causeway dead-letter show ID --json | jq .input > input.json",
    ),
    ("dead-letter resume", "接續執行，可提供修正後的輸入"),
    ("dead-letter resume <id>", "失敗的執行"),
    ("dead-letter resume --flow", "此流程的所有待處理失敗，而非單一執行"),
    ("dead-letter resume --error-code", "此代碼的所有待處理失敗"),
    ("dead-letter resume --input", "以檔案中的 JSON 取代失敗步驟的輸入"),
    ("dead-letter resume --newest", "使用最新發布的版本，而非原本的版本"),
    ("dead-letter resume --dry-run", "只說明會對多少個進行"),
    ("dead-letter resume --yes", "不詢問，直接對多個進行"),
    (
        "dead-letter resume ?",
        "範例：
  causeway dead-letter resume ID --input input.json        提供失敗步驟修正後的輸入
  causeway dead-letter resume --flow quote-to-sales-order --error-code http_status --dry-run",
    ),
    ("dead-letter replay", "從頭重播其事件"),
    ("dead-letter replay <id>", "失敗的執行"),
    ("dead-letter replay --flow", "此流程的所有待處理失敗，而非單一執行"),
    ("dead-letter replay --error-code", "此代碼的所有待處理失敗"),
    ("dead-letter replay --newest", "使用最新發布的版本，而非原本的版本"),
    ("dead-letter replay --dry-run", "只說明會重複什麼"),
    ("dead-letter replay --yes", "不詢問，直接重複對外動作"),
    ("dead-letter dismiss", "移出清單，或放回清單"),
    ("dead-letter dismiss <id>", "失敗的執行"),
    ("dead-letter dismiss --flow", "此流程的所有待處理失敗，而非單一執行"),
    ("dead-letter dismiss --error-code", "此代碼的所有待處理失敗"),
    ("dead-letter dismiss --reason", "為何不需再處理，會與執行一同保存"),
    ("dead-letter dismiss --undo", "將已略過的放回清單"),
    ("dead-letter dismiss --dry-run", "只說明會對多少個進行"),
    ("dead-letter dismiss --yes", "不詢問，直接對多個進行"),
    (
        "dead-letter dismiss ?",
        "範例：
  causeway dead-letter dismiss ID --reason \"Settled by phone\"
  causeway dead-letter dismiss --flow nightly-export --yes
  causeway dead-letter dismiss ID --undo",
    ),
    ("schedule", "排程：檢視 cron 的意義，以及哪些流程何時啟動"),
    ("schedule preview", "說明 cron 的意義，以及接下來的時間"),
    ("schedule preview <cron>", "分、時、日、月、星期；最前面可加秒"),
    ("schedule preview --timezone", "IANA 時區名稱；未指定時為 Asia/Taipei"),
    ("schedule preview --count", "幾個時間：1 到 100"),
    (
        "schedule preview ?",
        "範例：
  causeway schedule preview '30 9 * * 1-5'
  causeway schedule preview '0 2 * * *' --timezone Europe/Berlin --count 10",
    ),
    ("schedule list", "列出依排程啟動的流程"),
    ("poll", "輪詢：查看哪些流程定期向系統詢問新增與異動的紀錄，或立即詢問"),
    ("poll list", "列出輪詢系統的流程"),
    ("poll now", "立即詢問流程的系統，不等下次時間"),
    ("poll now <slug>", "流程的代號"),
    ("approval", "回覆執行提出的簽核"),
    ("approval list", "列出待簽核的項目"),
    ("approval list --all", "包含已決定或已結束的項目"),
    ("approval list --limit", "幾筆"),
    ("approval decide", "核准或駁回"),
    ("approval decide <id>", "簽核的編號"),
    ("approval decide --approve", "核准，執行由 `approved` 出口繼續"),
    ("approval decide --reject", "駁回，執行由 `rejected` 出口繼續"),
    ("approval decide --comment", "原因，會與簽核一同保存"),
    ("approval decide --as", "以此電子郵件的人員身分決定；必須在簽核名單中"),
    (
        "approval decide ?",
        "範例：
  causeway approval list
  causeway approval decide ID --approve --comment \"Price agreed by phone\"
  causeway approval decide ID --reject --as lin@example.com

沒有 --as 時，以本系統擁有者的身分決定；時間軸會註明。",
    ),
    ("connection", "管理連線：流程呼叫系統時使用的帳號"),
    ("connection list", "列出連線"),
    ("connection list --connector", "只列出此連接器的連線"),
    ("connection show", "顯示連線，以及使用它的流程"),
    ("connection show <name>", "連線名稱"),
    ("connection create", "建立連線"),
    ("connection create <name>", "步驟中的名稱"),
    ("connection create --connector", "屬於哪一個連接器"),
    ("connection create --title", "給人看的標題"),
    ("connection create --auth", "使用連接器的哪一種登入方式"),
    ("connection create --shared", "誰可以使用：private，或最低的角色：viewer、operator、editor、admin"),
    ("connection create --environment", "指哪一組內容：production，或供測試執行使用的 test"),
    ("connection create --set", "設定；能讀成 JSON 且連接器要求的不是文字時為 JSON"),
    ("connection create --secret", "憑證；值以詢問方式輸入，或由標準輸入依此順序每行讀取一個"),
    (
        "connection create ?",
        "範例：
  causeway connection create erp --connector dinkoko-erp --set base_url=https://erp.lan --secret api_key
  printf '%s\\n' \"$ID\" \"$KEY\" | causeway connection create crm --connector crm --secret client_id --secret client_secret
  causeway connection create pos --connector pos --environment test --set base_url=https://test.pos.lan",
    ),
    ("connection set", "變更連線：設定、憑證、分享對象"),
    ("connection set <name>", "連線名稱"),
    ("connection set --title", "給人看的標題"),
    ("connection set --auth", "使用連接器的哪一種登入方式"),
    ("connection set --shared", "誰可以使用：private，或最低的角色：viewer、operator、editor、admin"),
    ("connection set --environment", "指哪一組內容：production，或供測試執行使用的 test"),
    ("connection set --set", "設定；能讀成 JSON 且連接器要求的不是文字時為 JSON"),
    ("connection set --secret", "憑證；值以詢問方式輸入，或由標準輸入依此順序每行讀取一個"),
    (
        "connection set ?",
        "範例：
  causeway connection set erp --set base_url=https://erp2.lan
  causeway connection set erp --secret api_key                   詢問時不顯示輸入的內容
  causeway connection set erp --environment test --secret api_key < test-key.txt",
    ),
    ("connection test", "測試連線：呼叫其系統一次"),
    ("connection test <name>", "連線名稱"),
    ("connection test --environment", "指哪一組內容：production，或供測試執行使用的 test"),
    ("connection authorize", "由使用者授權連線（OAuth 2）"),
    ("connection authorize <name>", "連線名稱"),
    ("connection authorize --environment", "指哪一組內容：production，或供測試執行使用的 test"),
    ("connection authorize --no-wait", "只印出網址，不等待"),
    (
        "connection authorize ?",
        "範例：
  causeway connection authorize sheets                           印出要開啟的網址並等待
  causeway connection authorize sheets --environment test
  causeway connection authorize sheets --no-wait --json",
    ),
    ("connection delete", "刪除沒有已發布流程使用的連線"),
    ("connection delete <name>", "連線名稱"),
    ("connection kept", "顯示系統送來保存的內容，例如驗證 webhook 的權杖"),
    ("connection kept <name>", "連線名稱"),
    ("secret", "設定密鑰；設定後不再顯示其值"),
    ("secret set", "設定密鑰；值以詢問方式輸入，或由標準輸入讀取"),
    ("secret set <name>", "流程中的名稱：`secret.<名稱>`"),
    ("secret set --value-stdin", "由標準輸入讀取值"),
    (
        "secret set ?",
        "範例：
  causeway secret set crm_hook                       詢問時不顯示輸入內容
  printf %s \"$TOKEN\" | causeway secret set erp_token --value-stdin",
    ),
    ("secret list", "列出密鑰名稱"),
    ("secret delete", "刪除密鑰"),
    ("secret delete <name>", "密鑰名稱"),
    ("sample", "範例資料：保存測試流程用的資料"),
    ("sample list", "列出流程的範例資料"),
    ("sample list <slug>", "流程的代號"),
    ("sample show", "輸出範例資料，或由它產生的測試案例"),
    ("sample show <slug>", "流程的代號"),
    ("sample show <name>", "範例資料的名稱"),
    ("sample show --case", "輸出為測試案例：輸入內容與各步驟應有的結果"),
    (
        "sample show ?",
        "範例：
  causeway sample show order-approval large
  causeway sample show order-approval large --case > workflows/order-approval/cases/large.json",
    ),
    ("sample set", "由檔案或執行建立或取代範例資料"),
    ("sample set <slug>", "流程的代號"),
    ("sample set <name>", "範例資料的名稱：a-z、0-9 與 -"),
    ("sample set --file", "由檔案讀取範例資料；`-` 為標準輸入"),
    ("sample set --from-run", "採用流程某次執行的觸發內容與各步驟結果"),
    ("sample set --only-trigger", "只採用該次執行的觸發內容"),
    (
        "sample set ?",
        "範例：
  causeway sample set order-approval large --file sample.json
  causeway sample set order-approval large --from-run 0197f2a4-7c1e-7d52-9a51-3b1c8e0f4c55
  echo '{\"trigger\": {\"body\": {\"order_no\": \"SO-1\"}}}' | causeway sample set order-approval small --file -

範例資料為 {\"trigger\": {...}, \"outputs\": {步驟: 值}, \"ports\": {步驟: 出口}}。不會保存密鑰的值。",
    ),
    ("sample delete", "刪除範例資料"),
    ("sample delete <slug>", "流程的代號"),
    ("sample delete <name>", "範例資料的名稱"),
    ("variable", "設定變數，流程以 `vars.<名稱>` 讀取"),
    ("variable set", "設定變數；進行中的執行沿用開始時的值"),
    ("variable set <name>", "流程中的名稱：`vars.<名稱>`"),
    ("variable set <value>", "值：能讀成 JSON 就是 JSON，否則為文字"),
    ("variable set --text", "一律視為文字，即使能讀成 JSON"),
    ("variable set --file", "由檔案讀取 JSON；`-` 為標準輸入"),
    (
        "variable set ?",
        "範例：
  causeway variable set sample_url http://127.0.0.1:7401     能讀成 JSON 就是 JSON，否則為文字
  causeway variable set limits '{\"large\": 100000}'
  causeway variable set order_no 007 --text                  一律為文字
  causeway variable set rates --file rates.json",
    ),
    ("variable delete", "刪除變數"),
    ("variable delete <name>", "變數名稱"),
    ("variable list", "列出變數與其值"),
    ("user", "管理人員帳號"),
    ("user create", "建立帳號"),
    ("user create --email", "用來登入的電子郵件"),
    ("user create --role", "可以做什麼：owner、admin、editor、operator 或 viewer"),
    ("user create --name", "姓名"),
    ("user create --password-stdin", "由標準輸入讀取密碼"),
    (
        "user create ?",
        "範例：
  causeway user create --email lin@example.com --role editor      會詢問密碼
  printf %s \"$PASSWORD\" | causeway user create --email lin@example.com --role owner --password-stdin

角色，後者可做前者能做的一切：viewer、operator、editor、admin、owner",
    ),
    ("user list", "列出帳號"),
    ("user set-role", "變更某人的角色"),
    ("user set-role <email>", "對方的電子郵件"),
    ("user set-role <role>", "可以做什麼：owner、admin、editor、operator 或 viewer"),
    ("user disable", "停用帳號，不能再登入；登入工作階段結束，權杖失效"),
    ("user disable <email>", "對方的電子郵件"),
    ("user enable", "讓帳號可以再次登入"),
    ("user enable <email>", "對方的電子郵件"),
    ("user delete", "刪除帳號，連同其登入工作階段與權杖"),
    ("user delete <email>", "對方的電子郵件"),
    ("user reset-password", "重設某人的密碼；其登入工作階段都會結束"),
    ("user reset-password <email>", "對方的電子郵件"),
    ("user reset-password --password-stdin", "由標準輸入讀取密碼"),
    ("token", "建立 API 權杖"),
    ("token create", "建立權杖；只顯示一次，單獨在最後一行"),
    ("token create --name", "用途"),
    ("token create --role", "持有者可以做什麼：owner、admin、editor、operator 或 viewer"),
    ("token create --expires", "有效多久，例如 90d；未指定則直到刪除為止"),
    ("token create --read-only", "只能讀取，不能變更"),
    ("token create --flow", "只用於此流程及其執行；可重複指定"),
    ("token create --owner", "屬於誰：權限不會超過此人，並隨帳號一同刪除"),
    (
        "token create ?",
        "範例：
  causeway token create --name ci --role editor --expires 90d
  causeway token create --name shop --role operator --flow new-order --flow refund
  TOKEN=$(causeway token create --name erp --role operator | tail -n 1)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:7400/api/v1/runs",
    ),
    ("token delete", "刪除權杖；立即失效"),
    ("token delete <id>", "權杖的編號，見清單"),
    ("token list", "列出權杖，不含其內容"),
    ("audit", "查看誰變更了什麼"),
    ("audit list", "列出變更，最新的在前"),
    ("audit list --by", "操作者：`user:<電子郵件>`、`token:<名稱>`、`cli:<帳號>`"),
    ("audit list --subject", "對象：`flow` 或 `flow:<代號>`"),
    ("audit list --action", "動作：`flow` 或 `flow.published`"),
    ("audit list --from", "此時間（含）之後，例如 2026-03-01T00:00:00Z"),
    ("audit list --to", "此時間之前"),
    ("audit list --before", "只列出比此編號更早的紀錄"),
    ("audit list --limit", "幾筆"),
    (
        "audit list ?",
        "範例：
  causeway audit list --subject flow:quote-to-sales-order
  causeway audit list --by user:lin@example.com --from 2026-03-01T00:00:00Z
  causeway audit list --action session.refused --json",
    ),
    ("key", "更換加密密鑰所用的金鑰"),
    ("key rotate", "以新金鑰重新加密所有密鑰；請先停止所有伺服器"),
    ("key rotate --new-key-file", "存放新金鑰的檔案，32 位元組，以 hex 或 base64 表示；`-` 為標準輸入"),
    (
        "key rotate ?",
        "範例：
  causeway key rotate                                       在資料資料夾中產生新金鑰
  openssl rand -hex 32 > new.key && causeway key rotate --new-key-file new.key

若設定了 CAUSEWAY_KEY 或 CAUSEWAY_KEY_FILE，必須提供新金鑰，並於完成後更新該設定。
先前的備份仍需要舊金鑰；資料資料夾中的舊金鑰會保留為 `key.old`。",
    ),
    ("openapi", "輸出 API 的 OpenAPI 3.1 文件"),
    ("completions", "輸出 shell 的自動補全指令檔"),
    ("completions <shell>", "哪一種 shell"),
    (
        "completions ?",
        "範例：
  causeway completions bash > ~/.local/share/bash-completion/completions/causeway
  causeway completions zsh > ~/.zfunc/_causeway
  causeway completions fish > ~/.config/fish/completions/causeway.fish",
    ),
];

const EXIT_CODES: &str = "從這裡開始：
  causeway serve --sample                               啟動伺服器與可供呼叫的範例系統
  causeway flow import workflows/quote-to-sales-order --publish
  causeway run list
  causeway run show ID

結束狀態：
  0  完成
  1  嘗試過但失敗，例如以 --wait 等待的執行失敗
  2  命令列或設定有誤
  3  拒絕：文件或輸入無效（問題格式為 檔案:行:欄 指標 代碼: 訊息 修正方式）
  4  找不到
  5  衝突：期間已被更動，或目前狀態不允許
  6  資料庫或伺服器無法連上或忙碌中：請再試一次

設定：`causeway serve --help` 列出全部。語言：--lang en 或 --lang zh-TW。";

fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    TEXTS.iter().chain(connector::TEXTS)
}

pub fn text(key: &str) -> Option<&'static str> {
    let key = key.trim();
    all().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

#[cfg(test)]
pub fn keys() -> impl Iterator<Item = &'static str> {
    all().map(|(key, _)| *key)
}
